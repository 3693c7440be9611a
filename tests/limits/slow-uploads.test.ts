import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { connectBytes, type ByteConnection } from "../harness/byte-connection.ts";
import { newTag, readJournal } from "../harness/journal-reader.ts";
import { openReceiver } from "../harness/receiver.ts";
import { XHR_STREAMING } from "../harness/receiving-transports.ts";
import { encodeHead, readAnswer, request } from "../harness/request.ts";
import { newSession, openSession, poll, sendPayload } from "../harness/session.ts";
import { useFaultServer } from "./fault-server.ts";

// The service's disconnectDelay and pongTimeout are 700 ms.
const LONGER_THAN_ANY_DELAY_MS = 2000;
const STALLED_WITHIN_MS = 2500;

const server = useFaultServer();

async function begin(session: string, segment: string, length: number): Promise<ByteConnection> {
  const connection = await connectBytes(server().port);
  const headers = { "Content-Type": "text/plain", "Content-Length": String(length) };
  await connection.write(encodeHead(`${session}/${segment}`, { method: "POST", headers }));
  return connection;
}

describe.concurrent.each(["xhr_send", "jsonp_send"])("a browser that uploads by %s", (segment) => {
  test("for longer than any delay keeps its session, also without a receiver", async () => {
    const { port } = server();
    const session = newSession("/slow");
    const tag = newTag();
    await request(port, `${session}/xhr?tag=${tag}`, { method: "POST" });
    const body = JSON.stringify(["slow".repeat(10_000)]);
    const connection = await begin(session, segment, body.length);
    const start = performance.now();
    const step = Math.ceil((body.length * 50) / LONGER_THAN_ANY_DELAY_MS);
    for (let at = 0; at < body.length; at += step) {
      await connection.write(body.slice(at, at + step));
      await sleep(50);
    }
    const { status } = await readAnswer(connection);
    expect([200, 204]).toContain(status);
    expect(performance.now() - start).toBeGreaterThan(LONGER_THAN_ANY_DELAY_MS);
    const journal = await readJournal(port, tag, "message");
    expect(journal.map(({ hook }) => hook)).toEqual(["open", "message"]);
    connection.close();
  });

  test.each([100, 100_000])(
    "and stops within %i bytes gets 408, and holds nobody up",
    async (length) => {
      const { port } = server();
      const session = await openSession(port, "/slow");
      const receiver = await openReceiver(port, XHR_STREAMING, session);
      await receiver.readPrelude();
      const connection = await begin(session, segment, length);
      const start = performance.now();
      await connection.write('["send cut');
      const answered = sendBehind(session);
      await sleep(700); // reads have a deadline of a second
      expect((await readAnswer(connection)).status).toBe(408);
      expect(performance.now() - start).toBeLessThan(STALLED_WITHIN_MS);
      expect((await answered).status).toBe(204);
      expect(await receiver.readFrame()).toBe('a["behind"]');
      connection.close();
      receiver.connection.close();
    },
  );

  test("and stops has its connection closed", async () => {
    const session = await openSession(server().port, "/slow");
    const connection = await begin(session, segment, 100);
    await connection.write('["send cut');
    await sleep(700);
    const { text } = await connection.readRemainder(STALLED_WITHIN_MS);
    expect(text).toMatch(/^HTTP\/1\.1 408 /);
  });
});

/** Sends while another send of the session is under way. */
async function sendBehind(session: string): ReturnType<typeof sendPayload> {
  const connection = await connectBytes(server().port);
  const body = '["send behind"]';
  const headers = { "Content-Length": String(body.length) };
  await connection.write(encodeHead(`${session}/xhr_send`, { method: "POST", headers }) + body);
  await sleep(LONGER_THAN_ANY_DELAY_MS - 1000);
  try {
    return await readAnswer(connection);
  } finally {
    connection.close();
  }
}

test("a session whose upload has stopped, and that has no receiver, is over", async () => {
  const { port } = server();
  const session = newSession("/slow");
  const tag = newTag();
  await request(port, `${session}/xhr?tag=${tag}`, { method: "POST" });
  const connection = await begin(session, "xhr_send", 100);
  await connection.write('["send cut');
  expect((await readJournal(port, tag, "close")).at(-1)).toMatchObject({ code: 1006 });
  expect(await poll(port, session)).toBe("o\n");
  connection.close();
});
