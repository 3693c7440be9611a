import { afterEach, describe, expect, test } from "vitest";
import { request } from "../harness/request.ts";
import { newSession, openSession, poll, send } from "../harness/session.ts";
import { openWebSocket } from "../harness/websocket-client.ts";
import { HANDSHAKE_HEADERS } from "../harness/websocket-handshake.ts";
import { startProgram, type Program } from "./program.ts";

let program: Program | undefined;

afterEach(async () => {
  await program?.stop();
  program = undefined;
});

const DENO_RUN = ["run", "--allow-net"];

/** What a WebSocket gets that reaches a SockJS server without what the runtime needs to upgrade it. */
const CARELESS = [
  ["node", [], "dist/forms/careless.js", "/rebuilt-without-runtime", "did not come through this"],
  ["bun", [], "forms/careless.ts", "/without-runtime", "Bun's server is missing"],
  ["bun", [], "forms/careless.ts", "/rebuilt", "the request is not Bun's own"],
  ["bun", [], "forms/careless.ts", "/rebuilt-without-runtime", "Bun's server is missing"],
  ["deno", DENO_RUN, "forms/careless.ts", "/rebuilt", "the request is not Deno's own"],
  ["deno", DENO_RUN, "forms/careless.ts", "/rebuilt-without-runtime", "not Deno's own"],
] as const;

describe.each(CARELESS)("%s %j %s %s", (runtime, flags, file, prefix, problem) => {
  test.each([`${prefix}/websocket`, `${prefix}/000/refused/websocket`])(
    "%s is answered with what to write instead",
    async (path) => {
      program = await startProgram(runtime, flags, file);
      const answer = await request(program.port, path, { headers: HANDSHAKE_HEADERS });
      expect([answer.status, answer.body]).toEqual([500, expect.stringContaining(problem)]);
      expect(answer.body).toMatch(/^Cannot upgrade to a WebSocket: .*\bHono\b/);
    },
  );

  test("every other transport works", async () => {
    program = await startProgram(runtime, flags, file);
    const session = await openSession(program.port, prefix);
    await send(program.port, session, "hello");
    expect(await poll(program.port, session)).toBe('a["hello"]\n');
  });
});

describe.each([
  ["node", [], "dist/forms/careless.js", "/without-runtime"],
  ["node", [], "dist/forms/careless.js", "/rebuilt"],
  ["deno", DENO_RUN, "forms/careless.ts", "/without-runtime"],
] as const)("%s %j %s %s", (runtime, flags, file, prefix) => {
  test("does without: a WebSocket echoes", async () => {
    program = await startProgram(runtime, flags, file);
    const client = await openWebSocket(program.port, `${newSession(prefix)}/websocket`);
    expect(await client.readMessage()).toBe("o");
    client.socket.send('["hello"]');
    expect(await client.readMessage()).toBe('a["hello"]');
    client.socket.close();
  });
});

describe("bun forms/bun-serve.ts", () => {
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
