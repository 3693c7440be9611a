import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newSession, openSession, poll, send } from "../harness/session.ts";
import { openWebSocket } from "../harness/websocket-client.ts";
import { isInstalled, startProgram, type Program } from "./program.ts";

/** A way to serve a SockJS server. */
interface Form {
  readonly title: string;
  readonly runtime: string;
  /** What stands before the program's file. */
  readonly flags: readonly string[];
  readonly file: string;
  readonly args: readonly string[];
}

function form(runtime: string, flags: string, file: string, ...args: readonly string[]): Form {
  const title = [runtime, flags, file, ...args].filter((part) => part !== "").join(" ");
  return { title, runtime, flags: flags.split(" ").filter((flag) => flag !== ""), file, args };
}

const FORMS: readonly Form[] = [
  form("bun", "--port 0", "forms/default-fetch.ts"),
  form("bun", "--port 0", "forms/default-server.ts"),
  form("bun", "--port 0", "forms/default-hono.ts"),
  form("bun", "", "forms/serve.ts"),
  form("bun", "", "forms/bun-serve.ts", "without-websocket"),
  form("bun", "", "forms/bun-serve.ts", "with-websocket"),
  form("bun", "", "forms/bun-serve.ts", "own-websocket"),
  form("bun", "", "forms/bun-serve.ts", "routes"),
  form("bun", "", "forms/bun-serve.ts", "class-instance"),
  form("bun", "", "forms/bun-serve.ts", "captured-with-websocket"),
  form("bun", "", "forms/bun-serve.ts", "captured-own-websocket"),
  form("deno", "serve --port 0", "forms/default-fetch.ts"),
  form("deno", "serve --port 0", "forms/default-server.ts"),
  form("deno", "serve --port 0", "forms/default-hono.ts"),
  form("deno", "run --allow-net", "forms/serve.ts"),
  form("deno", "run --allow-net", "forms/deno-serve.ts"),
  form("node", "", "dist/forms/serve.js"),
  form("node-26", "", "dist/forms/serve.js"),
];

describe.each(FORMS.filter(isInstalled))("$title", ({ runtime, flags, file, args }) => {
  let program: Program;

  beforeAll(async () => {
    program = await startProgram(runtime, flags, file, args);
  });
  afterAll(() => program.stop());

  test("takes a WebSocket as its very first request", async () => {
    const client = await openWebSocket(program.port, `${newSession("/echo")}/websocket`);
    expect(await client.readMessage()).toBe("o");
    client.socket.send('["hello"]');
    expect(await client.readMessage()).toBe('a["hello"]');
    client.socket.close(4000, "bye");
    expect(await client.readEnd()).toEqual({ code: 4000, reason: "bye" });
  });

  test("carries messages by xhr-polling, there and back", async () => {
    const session = await openSession(program.port, "/echo");
    await send(program.port, session, "hello");
    expect(await poll(program.port, session)).toBe('a["hello"]\n');
  });

  test("knows the browser's address, IPv4 as IPv4", async () => {
    const session = await openSession(program.port, "/echo");
    await send(program.port, session, "address");
    expect(await poll(program.port, session)).toBe('a["127.0.0.1"]\n');

    const client = await openWebSocket(program.port, "/echo/websocket");
    client.socket.send("address");
    expect(await client.readMessage()).toBe("127.0.0.1");
    client.socket.close();
  });
});
