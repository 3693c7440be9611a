import { describe, expect, test } from "vitest";
import { eventually, EVENT_DEADLINE_MS } from "../harness/deadline.ts";
import { openReceiver, type Receiver } from "../harness/receiver.ts";
import {
  POLLING_TRANSPORTS,
  STREAMING_TRANSPORTS,
  XHR_POLLING,
  type ReceivingTransport,
} from "../harness/receiving-transports.ts";
import { newSession, openSession, poll, send, sendPayload } from "../harness/session.ts";
import { portOf, PROXY_NAMES, skipWithout } from "./through.ts";

describe.each(PROXY_NAMES)("through %s", (proxy) => {
  skipWithout(proxy);

  // Each read has a second and the response stays open, so a frame that is held back fails the test. Proxies may put two
  // frames into one chunk, as here the prelude and the first.
  test.each(STREAMING_TRANSPORTS)(
    "$name brings each frame at once, in order",
    async (transport) => {
      const port = portOf(proxy);
      const session = newSession("/echo");
      const receiver = await openReceiver(port, transport, session);
      await receiver.connection.readThrough(transport.encode("o"));
      for (const message of ["first", "second", "third"]) {
        await send(port, session, message);
        const frame = transport.encode(`a["${message}"]`);
        const read = await receiver.connection.readThrough(frame);
        expect(read.toLowerCase()).toBe(chunk(frame));
      }
      receiver.connection.close();
    },
  );

  test.each(STREAMING_TRANSPORTS)("$name ends its session when broken off", async (transport) => {
    const port = portOf(proxy);
    const session = newSession("/echo");
    const receiver = await openReceiver(port, transport, session);
    await receiver.connection.readThrough(transport.encode("o"));
    receiver.connection.close();
    await expectInterrupted(port, session);
  });

  test.each(POLLING_TRANSPORTS)("$name ends its session when broken off", async (transport) => {
    const port = portOf(proxy);
    const { receiver, session } = await eventually(
      () => attachPoll(port, transport),
      EVENT_DEADLINE_MS,
      "a poll that came before another",
    );
    receiver.connection.close();
    await expectInterrupted(port, session);
  });
});

/** A frame as the one chunk that follows the end of another; its size in lower case, which HAProxy writes in upper case. */
function chunk(frame: string): string {
  return `\r\n${Buffer.byteLength(frame).toString(16)}\r\n${frame}`;
}

/** A poll that waits: another one after it is told so. When the other one came first, there is nothing to give. */
async function attachPoll(
  port: number,
  transport: ReceivingTransport,
): Promise<{ readonly receiver: Receiver; readonly session: string } | undefined> {
  const session = await openSession(port, "/echo");
  const receiver = await openReceiver(port, transport, session);
  const other = await openReceiver(port, XHR_POLLING, session);
  const attached = await Promise.race([
    other.readFrame().then(() => true),
    receiver.readFrame().then(() => false),
  ]);
  if (!attached) other.connection.close();
  return attached ? { receiver, session } : undefined;
}

async function expectInterrupted(port: number, session: string): Promise<void> {
  await eventually(
    async () => (await sendPayload(port, session, "[]")).status === 404 || undefined,
    EVENT_DEADLINE_MS,
    "the session to end",
  );
  expect(await poll(port, session)).toBe('c[1002,"Connection interrupted"]\n');
}
