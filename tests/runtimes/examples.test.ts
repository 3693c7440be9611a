import { afterEach, describe, expect, test } from "vitest";
import { openWebSocket } from "../harness/websocket-client.ts";
import { startDemo, startExample, type ExampleProcess } from "./example-process.ts";

const REST_OF_THE_APP = "the rest of the app";

let example: ExampleProcess | undefined;

afterEach(async () => {
  await example?.stop();
  example = undefined;
});

test("examples/echo echoes and is nothing but its service", async () => {
  example = await startExample("echo/dist/server.js");
  expect(await echoed(example)).toBe('a["hello"]');
  expect(await statusOf(example, "/")).toBe(404);
});

describe.each(["hono", "fetch", "express"])("examples/mount/%s", (name) => {
  test("echoes below the prefix and leaves the rest to the app", async () => {
    example = await startExample(`mount/dist/${name}.js`);
    expect(await echoed(example)).toBe('a["hello"]');
    expect(await textOf(example, "/echo")).toBe("Welcome to SockJS!\n");
    expect(await textOf(example, "/")).toBe(REST_OF_THE_APP);
    expect(await textOf(example, "/echoes")).not.toBe("Welcome to SockJS!\n");
  });
});

test("examples/demo tells the connections of all its services when it ends", async () => {
  example = await startDemo();
  const { port } = example;
  const clients = await Promise.all(
    ["/echo", "/chat", "/date", "/multiplex", "/stats"].map((prefix) =>
      openWebSocket(port, `${prefix}/000/session/websocket`),
    ),
  );
  for (const client of clients) expect(await client.readMessage()).toBe("o");
  const ended = example.terminate();
  const last = await Promise.all(
    clients.map(async (client) => {
      for (;;) {
        const frame = await client.readMessage();
        if (frame.startsWith("c")) return frame;
      }
    }),
  );
  expect(new Set(last)).toEqual(new Set(['c[1001,"Server is shutting down"]']));
  expect(await ended).toBe("SIGTERM");
});

/** The frame that answers a message, over a WebSocket. */
async function echoed({ port }: ExampleProcess): Promise<string> {
  const client = await openWebSocket(port, "/echo/000/session/websocket");
  expect(await client.readMessage()).toBe("o");
  client.socket.send('["hello"]');
  const frame = await client.readMessage();
  client.socket.terminate();
  return frame;
}

async function textOf({ url }: ExampleProcess, path: string): Promise<string> {
  return (await fetch(url + path)).text();
}

async function statusOf({ url }: ExampleProcess, path: string): Promise<number> {
  return (await fetch(url + path)).status;
}
