import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { EVENT_DEADLINE_MS, within } from "../harness/deadline.ts";
import { newTag, readJournal } from "../harness/journal-reader.ts";
import { openReceiver } from "../harness/receiver.ts";
import { RECEIVING_TRANSPORTS } from "../harness/receiving-transports.ts";
import { newSession } from "../harness/session.ts";
import { openWebSocket } from "../harness/websocket-client.ts";
import { useFaultServer } from "./fault-server.ts";

// The service's heartbeatDelay is 300 ms, its pongTimeout 700 ms; the rest is for a busy machine.
const FOUND_WITHIN_MS = 300 + 700 + 1500;

const server = useFaultServer();

/** Waits for the application to be told that a connection has gone; gives how long that took. */
async function goneAfter(tag: string, start: number): Promise<number> {
  const journal = await readJournal(server().port, tag, "close");
  expect(journal.at(-1)).toMatchObject({ hook: "close", code: 1006, wasClean: false });
  return performance.now() - start;
}

const PATHS = ["/watched/websocket", "/watched/000/dead/websocket"];

// At the same time, since where it is a known gap each waits for all of its deadline.
describe.concurrent.each(PATHS)("a peer of %s", (path) => {
  test("whose process is stopped is found within `heartbeatDelay` and `pongTimeout`", async () => {
    const tag = newTag();
    const script = `
      const { WebSocket } = require("ws");
      new WebSocket("ws://127.0.0.1:${server().port}${path}?tag=${tag}").on("open", () => console.log("open"));`;
    const cwd = fileURLToPath(new URL("..", import.meta.url)); // where `ws` is installed
    const child = spawn(process.execPath, ["-e", script], { cwd });
    try {
      await within(once(child.stdout, "data"), EVENT_DEADLINE_MS, "the other process to connect");
      const start = performance.now();
      child.kill("SIGSTOP");
      expect(await goneAfter(tag, start)).toBeLessThan(FOUND_WITHIN_MS);
    } finally {
      child.kill("SIGKILL");
    }
  });

  test("that answers no ping is found within `heartbeatDelay` and `pongTimeout`", async () => {
    const tag = newTag();
    const start = performance.now();
    const client = await openWebSocket(server().port, `${path}?tag=${tag}`, { autoPong: false });
    expect(await goneAfter(tag, start)).toBeLessThan(FOUND_WITHIN_MS);
    client.socket.terminate();
  });
});

describe.each(RECEIVING_TRANSPORTS)("a browser that receives by $name", (transport) => {
  test("is found gone at once when its connection breaks", async () => {
    const tag = newTag();
    const session = newSession("/roomy"); // heartbeats and delays of many seconds
    const first = await openReceiver(server().port, transport, session, `tag=${tag}`);
    expect(await first.readFrame()).toBe("o");
    const receiver = transport.streaming
      ? first
      : await openReceiver(server().port, transport, session);
    // An exchange begun later is over: the poll is attached.
    await readJournal(server().port, tag, "open");
    const start = performance.now();
    receiver.connection.reset();
    expect(await goneAfter(tag, start)).toBeLessThan(1000);
  });
});
