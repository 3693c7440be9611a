import { afterEach, describe, expect, test } from "vitest";
import { connectBytes } from "../harness/byte-connection.ts";
import { converse, decodeMessages } from "../harness/conversation.ts";
import { EVENT_DEADLINE_MS, within } from "../harness/deadline.ts";
import { XHR_POLLING, XHR_STREAMING } from "../harness/receiving-transports.ts";
import { encodeHead } from "../harness/request.ts";
import { newSession, send } from "../harness/session.ts";
import { openWebSocket } from "../harness/websocket-client.ts";
import { TLS } from "../../packages/adapter-node/test/support/tls.ts";
import { isInstalled, startProgram, type Program } from "./program.ts";

const CLOSE_FRAME = 'c[1001,"Server is shutting down"]';
const MESSAGES = ["0", "1", "2", "3", "4", "5", "6", "7"];

/** A way to serve, and how SIGTERM ends its process. */
interface Row {
  readonly title: string;
  readonly runtime: string;
  readonly flags: readonly string[];
  readonly file: string;
  readonly prefix: string;
  readonly ends: number | string;
}

function row(
  runtime: string,
  flags: string,
  file: string,
  prefix: string,
  ends: number | string,
): Row {
  const title = [runtime, flags, file, prefix].filter((part) => part !== "").join(" ");
  return { title, runtime, flags: flags.split(" ").filter(Boolean), file, prefix, ends };
}

const ROWS: readonly Row[] = [
  row("node", "", "dist/ends/serve.js", "/echo", "SIGTERM"),
  row("node", "", "dist/ends/hono.js", "/echo", "SIGTERM"),
  row("node", "", "dist/ends/hono.js", "/reader", "SIGTERM"),
  row("node", "", "dist/ends/express.js", "/echo", "SIGTERM"),
  row("node", "", "dist/ends/hono-node-server.js", "/echo", "SIGTERM"),
  row("node-26", "", "dist/ends/hono.js", "/echo", "SIGTERM"),
  row("bun", "", "ends/serve.ts", "/echo", "SIGTERM"),
  row("bun", "", "ends/hono.ts", "/echo", "SIGTERM"),
  row("bun", "", "ends/hono.ts", "/reader", "SIGTERM"),
  row("bun", "--port 0", "ends/default-export.ts", "/echo", "SIGTERM"),
  row("deno", "run --allow-net", "ends/serve.ts", "/echo", 143),
  row("deno", "run --allow-net", "ends/hono.ts", "/echo", 143),
  row("deno", "run --allow-net", "ends/hono.ts", "/reader", 143),
  row("deno", "serve --port 0", "ends/default-export.ts", "/echo", 0), // so it ends without us, too
];

const running = new Set<Program>();
afterEach(async () => {
  for (const { pid } of running) process.kill(pid, "SIGKILL");
  await Promise.all([...running].map(({ exited }) => exited));
});

async function start(
  runtime: string,
  flags: readonly string[],
  file: string,
  args: readonly string[] = [],
): Promise<Program> {
  const program = await startProgram(runtime, flags, file, args);
  running.add(program);
  void program.exited.then(() => running.delete(program));
  return program;
}

function terminate({ pid }: Program): void {
  process.kill(pid, "SIGTERM");
}

function ended({ exited }: Program): Promise<number | string> {
  return within(exited, 2 * EVENT_DEADLINE_MS, "the process to end");
}

/** The messages that come before the close frame, and that frame. */
async function readToTheEnd(
  readFrame: () => Promise<string>,
): Promise<[messages: readonly string[], last: string]> {
  const messages: string[] = [];
  for (;;) {
    // Under load Deno 2.9 joins two lines of xhr-streaming in one chunk now and then; clients read lines.
    for (const frame of (await readFrame()).split("\n")) {
      if (frame.startsWith("c")) return [messages, frame];
      messages.push(...decodeMessages(frame));
    }
  }
}

/** What it has said, but for where it listens. */
function said({ output }: Program): readonly string[] {
  return output.filter(
    (line) => !line.toLowerCase().includes("listening on") && !line.startsWith("Started"),
  );
}

describe.each(ROWS.filter(isInstalled))(
  "SIGTERM, $title",
  ({ runtime, flags, file, prefix, ends }) => {
    test.each([XHR_POLLING, XHR_STREAMING])(
      "$name: acknowledged messages are processed, answered, and followed by the close frame",
      async (transport) => {
        const program = await start(runtime, flags, file);
        const conversation = await converse(program.port, transport, newSession(prefix));
        await send(program.port, conversation.session, ...MESSAGES);
        terminate(program);
        const frames = await readToTheEnd(() => conversation.readFrame());
        expect(frames).toEqual([MESSAGES, CLOSE_FRAME]);
        expect(await ended(program)).toBe(ends);
        expect(said(program)).toEqual([prefix === "/reader" ? "read to the end" : "closed 1001"]);
      },
    );

    // It hands `fetch` no socket of an upgrade: `attach` is for that.
    test.skipIf(file.includes("hono-node-server"))(
      "websocket: messages are processed, answered, and followed by the close frame",
      async () => {
        const program = await start(runtime, flags, file);
        const client = await openWebSocket(program.port, `${newSession(prefix)}/websocket`);
        expect(await client.readMessage()).toBe("o");
        client.socket.send(JSON.stringify(MESSAGES));
        expect(await client.readMessage()).toBe('a["0"]'); // so it has taken all of them
        terminate(program);
        const [echoed, last] = await readToTheEnd(() => client.readMessage());
        expect([["0", ...echoed], last]).toEqual([MESSAGES, CLOSE_FRAME]);
        expect(await client.readEnd()).toEqual({ code: 1000, reason: "" });
        expect(await ended(program)).toBe(ends);
        expect(said(program)).toEqual([prefix === "/reader" ? "read to the end" : "closed 1001"]);
      },
    );
  },
);

const UNFINISHED = { method: "POST", headers: { "Content-Length": "100" } };

const SERVES = [
  { runtime: "node", flags: [], folder: "dist/ends", extension: "js" },
  { runtime: "bun", flags: [], folder: "ends", extension: "ts" },
  { runtime: "deno", flags: ["run", "--allow-net"], folder: "ends", extension: "ts" },
];

describe.each(SERVES.filter(isInstalled))(
  "on $runtime",
  ({ runtime, flags, folder, extension }) => {
    const startServe = (name: string, ...args: readonly string[]): Promise<Program> =>
      start(runtime, flags, `${folder}/${name}.${extension}`, args);

    test.each(["listens", "listens-once"])(
      "an application that listens to the signal itself ends its process, after its server has closed (%s)",
      async (name) => {
        const program = await startServe(name);
        const conversation = await converse(program.port, XHR_STREAMING, newSession("/echo"));
        terminate(program);
        expect(await conversation.readFrame()).toBe(CLOSE_FRAME);
        expect(await ended(program)).toBe(7);
        expect(said(program)).toEqual(["closed 1001", "the application ends"]);
      },
    );

    test("hooks that never settle cost the time-out and no more, and are named", async () => {
      const program = await startServe("stubborn");
      const conversations = await Promise.all(
        ["/never", "/waits"].map((prefix) =>
          converse(program.port, XHR_STREAMING, newSession(prefix)),
        ),
      );
      for (const { session } of conversations) await send(program.port, session, "go");
      const startMs = performance.now();
      terminate(program);
      expect(await within(program.exited, 8000, "the process to end")).not.toBe(0);
      expect(performance.now() - startMs).toBeLessThan(6500);
      for (const conversation of conversations)
        expect(await conversation.readFrame()).toBe(CLOSE_FRAME);
      expect(said(program)).toEqual(["unfinished message 1", "unfinished message 1"]);
    }, 15_000);

    test.each([
      ["that says nothing", ""],
      ["that does not finish its head", "POST /echo/000/s/xhr HTTP/1.1\r\nHost: a\r\n"],
      ["that does not finish its body", encodeHead("/echo/000/s/xhr_send", UNFINISHED)],
    ])("a client %s cannot hold up the end", async (_what, bytes) => {
      const program = await startServe("serve");
      const session = newSession("/echo");
      await converse(program.port, XHR_POLLING, session);
      const connection = await connectBytes(program.port);
      await connection.write(bytes.replace("/echo/000/s/", `${session}/`));
      const startMs = performance.now();
      terminate(program);
      expect(await ended(program)).toBe(runtime === "deno" ? 143 : "SIGTERM");
      expect(performance.now() - startMs).toBeLessThan(3500);
      connection.close();
    });

    test("a client that begins no TLS handshake cannot hold up the end", async () => {
      const program = await startServe("https", btoa(JSON.stringify(TLS)));
      const connection = await connectBytes(program.port);
      const startMs = performance.now();
      terminate(program);
      expect(await ended(program)).toBe(runtime === "deno" ? 143 : "SIGTERM");
      expect(performance.now() - startMs).toBeLessThan(3500);
      connection.close();
    });
  },
);
