import { readFileSync } from "node:fs";
import { afterEach, describe, expect, test } from "vitest";
import { EVENT_DEADLINE_MS } from "../harness/deadline.ts";
import { findRuntime, missingReason } from "../harness/runtimes.ts";
import { newSession } from "../harness/session.ts";
import { openWebSocket, type WebSocketClient } from "../harness/websocket-client.ts";
import { startExampleOn } from "./example-on-runtime.ts";
import { pathOf, type ExampleProcess } from "./example-process.ts";

/** Node 24 runs TypeScript as it is, as Bun and Deno do. */
const RUNTIMES = ["node", "node-24", "bun", "deno"].map(findRuntime);

let example: ExampleProcess | undefined;

afterEach(async () => {
  await example?.stop();
  example = undefined;
});

describe.each(RUNTIMES)("single-file examples on $name", (runtime) => {
  const skips = missingReason(runtime) !== undefined;

  test.skipIf(skips)("examples/echo echoes", async () => {
    example = await startExampleOn(runtime, "echo/server.ts");
    const client = await connect("/echo");
    send(client, "hello");
    expect(await messages(client)).toEqual(["hello"]);
    client.socket.terminate();
  });

  test.skipIf(skips).each(["fetch", "hono"])(
    "examples/mount/%s echoes below the prefix and leaves the rest to the app",
    async (name) => {
      example = await startExampleOn(runtime, `mount/${name}.ts`);
      const client = await connect("/echo");
      send(client, "hello");
      expect(await messages(client)).toEqual(["hello"]);
      client.socket.terminate();
      expect(await (await fetch(example.url)).text()).toBe("the rest of the app");
      expect(await (await fetch(`${example.url}/echo`)).text()).toBe("Welcome to SockJS!\n");
    },
  );

  test.skipIf(skips)("examples/chat tells everyone who joins, talks and leaves", async () => {
    example = await startExampleOn(runtime, "chat/server.ts");
    const ann = await connect("/chat", "?name=Ann");
    expect(await messages(ann)).toEqual(['{"joined":"Ann","present":["Ann"]}']);
    const bob = await connect("/chat", "?name=B%C3%B6b+2");
    const joined = '{"joined":"Böb 2","present":["Ann","Böb 2"]}';
    expect([await messages(ann), await messages(bob)]).toEqual([[joined], [joined]]);
    send(ann, "hello");
    const hello = '{"name":"Ann","text":"hello","present":["Ann","Böb 2"]}';
    expect([await messages(ann), await messages(bob)]).toEqual([[hello], [hello]]);
    bob.socket.terminate();
    expect(await messages(ann)).toEqual(['{"left":"Böb 2","present":["Ann"]}']);
    ann.socket.terminate();
  });

  test.skipIf(skips)("examples/date tells the time each second", async () => {
    example = await startExampleOn(runtime, "date/server.ts");
    const client = await connect("/date");
    const first = toMs(await messages(client));
    const second = toMs(await messages(client));
    expect(Math.round((second - first) / 1000)).toBe(1);
    client.socket.terminate();
  });

  test.skipIf(skips)("examples/multiplex carries three channels, and carl's closes", async () => {
    example = await startExampleOn(runtime, "multiplex/server.ts");
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
    example = await startExampleOn(runtime, "stats/server.ts");
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
async function connect(prefix: string, query = ""): Promise<WebSocketClient> {
  const path = `${newSession(prefix)}/websocket${query}`;
  const client = await openWebSocket(example?.port ?? 0, path);
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

/** What stands between `// #region` and `// #endregion`, without their indent. */
function regionOf(path: string): string {
  const text = readFileSync(pathOf(path), "utf8");
  const [region, indent] = /^( *)\/\/ #region.*?^\1\/\/ #endregion$/ms.exec(text) ?? [];
  if (region === undefined) throw new Error(`Cannot find a region in ${path}`);
  return region.replaceAll(new RegExp(`^${indent}`, "gm"), "");
}
