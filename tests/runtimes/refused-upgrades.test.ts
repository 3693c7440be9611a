import { afterEach, describe, expect, test } from "vitest";
import { request } from "../harness/request.ts";
import { newSession, openSession, poll, send } from "../harness/session.ts";
import { openWebSocket } from "../harness/websocket-client.ts";
import { HANDSHAKE_HEADERS } from "../harness/websocket-handshake.ts";
import { isInstalled, startProgram, type Program } from "./program.ts";

let program: Program | undefined;

afterEach(async () => {
  await program?.stop();
  program = undefined;
});

/** Where what is left of a request is too little for a WebSocket. */
const TOO_LITTLE = [
  { runtime: "node", prefix: "/rebuilt-without-runtime", problem: "did not come through this" },
  { runtime: "bun", prefix: "/without-runtime", problem: "Bun's server is missing" },
  { runtime: "bun", prefix: "/rebuilt", problem: "the request is not Bun's own" },
  { runtime: "bun", prefix: "/rebuilt-without-runtime", problem: "Bun's server is missing" },
  { runtime: "deno", prefix: "/rebuilt", problem: "the request is not Deno's own" },
  { runtime: "deno", prefix: "/rebuilt-without-runtime", problem: "the request is not Deno's own" },
];

/** Where it is enough. */
const ENOUGH = [
  { runtime: "node", prefix: "/without-runtime" },
  { runtime: "node", prefix: "/rebuilt" },
  { runtime: "deno", prefix: "/without-runtime" },
];

function startCareless(runtime: string): Promise<Program> {
  const flags = runtime === "deno" ? ["run", "--allow-net"] : [];
  const file = runtime === "node" ? "dist/forms/careless.js" : "forms/careless.ts";
  return startProgram(runtime, flags, file);
}

describe.each(TOO_LITTLE.filter(isInstalled))("$prefix on $runtime", (row) => {
  const { runtime, prefix, problem } = row;

  test.each([`${prefix}/websocket`, `${prefix}/000/refused/websocket`])(
    "%s is answered with what to write instead",
    async (path) => {
      program = await startCareless(runtime);
      const answer = await request(program.port, path, { headers: HANDSHAKE_HEADERS });
      expect([answer.status, answer.body]).toEqual([500, expect.stringContaining(problem)]);
      expect(answer.body).toMatch(/^Cannot upgrade to a WebSocket: .*\bHono\b/);
    },
  );

  test("every other transport works", async () => {
    program = await startCareless(runtime);
    const session = await openSession(program.port, prefix);
    await send(program.port, session, "hello");
    expect(await poll(program.port, session)).toBe('a["hello"]\n');
  });
});

describe.each(ENOUGH.filter(isInstalled))("$prefix on $runtime", ({ runtime, prefix }) => {
  test("does without: a WebSocket echoes", async () => {
    program = await startCareless(runtime);
    const client = await openWebSocket(program.port, `${newSession(prefix)}/websocket`);
    expect(await client.readMessage()).toBe("o");
    client.socket.send('["hello"]');
    expect(await client.readMessage()).toBe('a["hello"]');
    client.socket.close();
  });
});

describe.runIf(isInstalled({ runtime: "bun" }))("bun forms/bun-serve.ts", () => {
  test.each(["captured", "captured-other-websocket"])(
    "%s is answered with what to write instead, each time",
    async (form) => {
      program = await startProgram("bun", [], "forms/bun-serve.ts", [form]);
      for (let count = 0; count < 2; count++) {
        const headers = HANDSHAKE_HEADERS;
        const answer = await request(program.port, "/echo/websocket", { headers });
        expect([answer.status, answer.body]).toEqual([
          500,
          expect.stringContaining("give it `websocket: createWebSocketHandlers()`"),
        ]);
      }
    },
  );

  test.each(["own-websocket", "captured-own-websocket", "captured-other-websocket"])(
    "%s leaves the application's own WebSockets alone",
    async (form) => {
      program = await startProgram("bun", [], "forms/bun-serve.ts", [form]);
      const client = await openWebSocket(program.port, "/own");
      expect(await client.readMessage()).toBe("own: open mine");
      client.socket.send("hello");
      expect(await client.readMessage()).toBe("own: hello");
      client.socket.close();
    },
  );
});
