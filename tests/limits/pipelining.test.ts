import { beforeAll, expect, inject, test } from "vitest";
import { connectBytes } from "../harness/byte-connection.ts";
import { readProcessState, settlesTo, type ProcessState } from "../harness/process-state.ts";
import { newSession, openSession } from "../harness/session.ts";
import { useFaultServer } from "./fault-server.ts";

const SERVICE = "/limited";
const COUNT = 3000;

const server = useFaultServer();
let before: ProcessState;

beforeAll(async () => {
  if (inject("missing") !== "") return;
  before = await readProcessState(server());
});

/** As many requests of one kind, each for a session of its own. */
function pipelined(method: string, segment: string): string {
  const request = (): string =>
    `${method} ${newSession(SERVICE)}/${segment} HTTP/1.1\r\nHost: localhost\r\n` +
    `${method === "POST" ? "Content-Length: 0\r\n" : ""}\r\n`;
  return Array.from({ length: COUNT }, request).join("");
}

test.each([
  ["POST", "xhr_streaming"],
  ["POST", "xhr"],
  ["GET", "eventsource"],
])("%s /%s sent 3,000 times on one connection leaves no session behind", async (...request) => {
  const connection = await connectBytes(server().port);
  await connection.write(pipelined(...request));
  await connection.readRemainder(200).catch(() => {}); // the server need not end it
  connection.reset();
  await settlesTo(server(), before);
  expect(await openSession(server().port, SERVICE)).toContain(SERVICE);
  await settlesTo(server(), before);
});
