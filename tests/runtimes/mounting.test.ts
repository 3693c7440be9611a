import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connectBytes } from "../harness/byte-connection.ts";
import { header } from "../harness/http-head.ts";
import { Receiver } from "../harness/receiver.ts";
import { XHR_STREAMING } from "../harness/receiving-transports.ts";
import { request, writeRequest } from "../harness/request.ts";
import { newSession, openSession, poll, send } from "../harness/session.ts";
import { openWebSocket } from "../harness/websocket-client.ts";
import { HANDSHAKE_HEADERS } from "../harness/websocket-handshake.ts";
import { isInstalled, startProgram, type Program } from "./program.ts";

/** An application that has SockJS servers mounted in it, and where. */
interface Mount {
  /** The program below tests/fixtures/mounts/. */
  readonly name: string;
  readonly prefixes: readonly string[];
  /** Where a WebSocket is refused: on which runtimes, and what the answer says to write instead. */
  readonly refused?: Readonly<Record<string, { readonly on: string; readonly advice: string }>>;
}

const REPLACE_REQUEST = '`app.mount("/echo", server, { replaceRequest: false })`';

/** Everywhere. */
const MOUNTS: readonly Mount[] = [
  {
    name: "hono",
    prefixes: ["/all", "/mount", "/mount-original", "/route/echo", "/below", "/below-cors"],
    refused: { "/mount": { on: "bun deno", advice: REPLACE_REQUEST } },
  },
  { name: "itty", prefixes: ["/router", "/auto-router"] },
  { name: "fetch", prefixes: ["/one", "/two"] },
];

/** On Node's own server. */
const NODE_MOUNTS: readonly Mount[] = [
  { name: "http", prefixes: ["/one", "/two"] },
  { name: "express", prefixes: ["/echo"] },
  { name: "koa", prefixes: ["/echo"] },
  { name: "fastify", prefixes: ["/echo"] },
  {
    name: "hono-node-server",
    prefixes: ["/all", "/attached"],
    refused: { "/all": { on: "node node-26", advice: "`attach(httpServer, server)`" } },
  },
];

const ROWS = [
  ...["node", "node-26"].flatMap((runtime) =>
    [...MOUNTS, ...NODE_MOUNTS].map((mount) => ({ runtime, ...mount, flags: [] })),
  ),
  ...MOUNTS.map((mount) => ({ runtime: "bun", ...mount, flags: [] })),
  ...MOUNTS.map((mount) => ({ runtime: "deno", ...mount, flags: ["run", "--allow-net"] })),
];

describe.each(ROWS.filter(isInstalled))(
  "$name on $runtime",
  ({ runtime, name, prefixes, flags, refused }) => {
    let program: Program;

    beforeAll(async () => {
      const file = runtime.startsWith("node") ? `dist/mounts/${name}.js` : `mounts/${name}.ts`;
      program = await startProgram(runtime, flags, file);
    });
    afterAll(() => program.stop());

    test("leaves the rest to the application", async () => {
      const answer = await request(program.port, "/rest");
      expect([answer.status, answer.body]).toEqual([200, "the rest of the app"]);
    });

    describe.each(prefixes)("%s", (prefix) => {
      test("answers /info", async () => {
        const answer = await request(program.port, `${prefix}/info`, {
          headers: { Origin: "http://page.example" },
        });
        expect(answer.status).toBe(200);
        expect(JSON.parse(answer.body)).toMatchObject({ websocket: true });
        expect(header(answer, "access-control-allow-origin")).toBeDefined(); // once: `header` throws at two
      });

      test("carries messages by xhr-polling, there and back", async () => {
        const session = await openSession(program.port, prefix);
        await send(program.port, session, "hello", "again");
        expect(await poll(program.port, session)).toBe('a["hello","again"]\n');
        await send(program.port, session, "later");
        expect(await poll(program.port, session)).toBe('a["later"]\n');
      });

      test("ends the session of a browser that breaks off a poll", async () => {
        const session = await openSession(program.port, prefix);
        const connection = await connectBytes(program.port);
        await writeRequest(connection, `${session}/xhr`, {
          method: "POST",
          headers: { "Content-Length": "0" },
        });
        expect(await poll(program.port, session)).toBe('c[2010,"Another connection still open"]\n');
        connection.close();
        await expect
          .poll(() => poll(program.port, session))
          .toBe('c[1002,"Connection interrupted"]\n');
      });

      test("passes each frame of xhr-streaming on at once, uncompressed", async () => {
        const session = newSession(prefix);
        const connection = await connectBytes(program.port);
        await writeRequest(connection, `${session}/xhr_streaming`, {
          method: "POST",
          headers: { "Accept-Encoding": "gzip, deflate, br", "Content-Length": "0" },
        });
        const receiver = new Receiver(connection, XHR_STREAMING);
        expect(header(await receiver.readPrelude(), "content-encoding")).toBeUndefined();
        expect(await receiver.readFrame()).toBe("o");
        for (const message of ["a", "b", "c"]) {
          await send(program.port, session, message);
          expect(await receiver.readFrame()).toBe(`a["${message}"]`);
        }
        connection.close();
      });

      const refusal = refused?.[prefix];
      if (refusal?.on.split(" ").includes(runtime) === true) {
        test("answers a WebSocket with what to write instead", async () => {
          const path = `${newSession(prefix)}/websocket`;
          const answer = await request(program.port, path, { headers: HANDSHAKE_HEADERS });
          expect([answer.status, answer.body]).toEqual([
            500,
            expect.stringContaining(refusal.advice),
          ]);
        });
      } else {
        test("echoes over a WebSocket", async () => {
          const client = await openWebSocket(program.port, `${newSession(prefix)}/websocket`);
          expect(await client.readMessage()).toBe("o");
          client.socket.send('["hello"]');
          expect(await client.readMessage()).toBe('a["hello"]');
          client.socket.close(4000, "bye");
          expect(await client.readEnd()).toEqual({ code: 4000, reason: "bye" });
        });
      }
    });
  },
);
