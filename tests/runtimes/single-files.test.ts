import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { EVENT_DEADLINE_MS } from "../harness/deadline.ts";
import { findRuntime, missingReason } from "../harness/runtimes.ts";
import { openWebSocket, type WebSocketClient } from "../harness/websocket-client.ts";
import { startExampleOn } from "./example-on-runtime.ts";
import { pathOf, type ExampleProcess } from "./example-process.ts";

const RUNTIMES = ["node", "bun", "deno"].map(findRuntime);

let example: ExampleProcess | undefined;

afterEach(async () => {
  await example?.stop();
  example = undefined;
});

describe.each(RUNTIMES)("single-file examples on $name", (runtime) => {
  const skips = missingReason(runtime) !== undefined;

  test.skipIf(skips)("examples/chat tells everyone who joins, talks and leaves", async () => {
    example = await startExampleOn(runtime, "chat");
    const ann = await connect("/chat");
    const bob = await connect("/chat");
    send(ann, "Ann");
    expect(await messages(ann)).toEqual(['{"joined":"Ann","present":["Ann"],"own":true}']);
    send(bob, "Bob");
    expect(await messages(ann)).toEqual(['{"joined":"Bob","present":["Ann","Bob"]}']);
    expect(await messages(bob)).toEqual(['{"joined":"Bob","present":["Ann","Bob"],"own":true}']);
    send(ann, "hello");
    expect(await messages(bob)).toEqual(['{"name":"Ann","text":"hello","present":["Ann","Bob"]}']);
    bob.socket.terminate();
    expect(await messages(ann)).toEqual([
      '{"name":"Ann","text":"hello","present":["Ann","Bob"],"own":true}',
    ]);
    expect(await messages(ann)).toEqual(['{"left":"Bob","present":["Ann"]}']);
    ann.socket.terminate();
  });

  test.skipIf(skips)("examples/date tells the time each second", async () => {
    example = await startExampleOn(runtime, "date");
    const client = await connect("/date");
    const first = toMs(await messages(client));
    const second = toMs(await messages(client));
    expect(Math.round((second - first) / 1000)).toBe(1);
    client.socket.terminate();
  });

  test.skipIf(skips)("examples/multiplex carries three channels, and carl's closes", async () => {
    example = await startExampleOn(runtime, "multiplex");
    const client = await connect("/multiplex");
    send(client, "sub,ann");
    expect(await messages(client)).toEqual(["msg,ann,Ann says hi!"]);
    send(client, "msg,ann,a,b");
    expect(await messages(client)).toEqual(["msg,ann,Ann nods: a,b"]);
    send(client, "sub,bob");
    expect(await messages(client)).toEqual(["msg,bob,Bob doesn't agree."]);
    send(client, "sub,carl");
    expect(await messages(client)).toEqual(["msg,carl,Carl says goodbye!", "uns,carl"]);
    client.socket.terminate();
  });

  test.skipIf(skips)("examples/stats tells what its echo service does", async () => {
    example = await startExampleOn(runtime, "stats");
    const echo = await connect("/echo");
    send(echo, "hello");
    expect(await messages(echo)).toEqual(["hello"]);
    const stats = await connect("/stats");
    const [json] = await messages(stats);
    expect(JSON.parse(json ?? "")).toMatchObject([
      { open: 1, connections: { websocket: 1 }, messagesReceived: 1, messagesSent: 1 },
    ]);
    echo.socket.terminate();
    stats.socket.terminate();
  });
});

test.each(["chat", "date", "multiplex", "stats"])(
  "the demo site serves the same lines as examples/%s",
  (name) => {
    expect(regionOf(`demo/src/services/${name}.ts`)).toBe(regionOf(`${name}/server.ts`));
  },
);

/** A session over a WebSocket, open. */
async function connect(prefix: string): Promise<WebSocketClient> {
  const client = await openWebSocket(
    example?.port ?? 0,
    `${prefix}/000/${crypto.randomUUID()}/websocket`,
  );
  expect(await client.readMessage()).toBe("o");
  return client;
}

function send(client: WebSocketClient, message: string): void {
  client.socket.send(JSON.stringify([message]));
}

/** The messages of the next frame. */
async function messages(client: WebSocketClient): Promise<string[]> {
  const frame = await client.readMessage(EVENT_DEADLINE_MS);
  expect(frame[0]).toBe("a");
  return JSON.parse(frame.slice(1));
}

function toMs([text]: readonly string[]): number {
  return Date.parse(text ?? "");
}

function regionOf(path: string): string {
  const region = /^\/\/ #region.*?^\/\/ #endregion$/ms.exec(readFileSync(pathOf(path), "utf8"));
  return region?.[0] ?? `no region in ${path}`;
}
