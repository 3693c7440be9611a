import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import { eventually, EVENT_DEADLINE_MS, within } from "../harness/deadline.ts";
import { newTag, readJournal } from "../harness/journal-reader.ts";
import { readProcessState } from "../harness/process-state.ts";
import { openReceiver, type Receiver } from "../harness/receiver.ts";
import { RECEIVING_TRANSPORTS, XHR_STREAMING } from "../harness/receiving-transports.ts";
import { request } from "../harness/request.ts";
import { newSession, openSession, poll, send } from "../harness/session.ts";
import { openWebSocket } from "../harness/websocket-client.ts";
import { useFaultServer } from "./fault-server.ts";

// The services' disconnectDelay is 700 ms, their pongTimeout 700 ms.
const LONGER_THAN_ANY_DELAY_MS = 1500;
/** Fits into the operating system's buffers: it has left the process at once. */
const LARGE = 500_000;
/** Does not: most of it stays in the process while its browser takes nothing. */
const HUGE = 6_000_000;

const server = useFaultServer();

/** Opens a session and has it write a response that nobody reads, and that ends with it. */
async function startDownload(
  transport: (typeof RECEIVING_TRANSPORTS)[number],
  bytes: number,
  then = "",
): Promise<{ session: string; receiver: Receiver; tag: string }> {
  const { port } = server();
  const session = newSession("/slow");
  const tag = newTag();
  expect((await request(port, `${session}/xhr?tag=${tag}`, { method: "POST" })).body).toBe("o\n");
  const receiver = await openReceiver(port, transport, session);
  receiver.connection.pause();
  await send(port, session, `repeat ${bytes} x${then}`);
  return { session, receiver, tag };
}

/** Waits until so many bytes have come; gives what follows on this connection no thought. */
function takes(receiver: Receiver, bytes: number): Promise<true> {
  const { connection } = receiver;
  return eventually(
    async () => {
      await sleep(10);
      return connection.unreadCount >= bytes ? (true as const) : undefined;
    },
    EVENT_DEADLINE_MS,
    `${bytes} bytes`,
  );
}

describe.each(RECEIVING_TRANSPORTS)("a browser that downloads by $name", (transport) => {
  test.concurrent.each([LARGE, HUGE])(
    "%i bytes for longer than any delay keeps its session",
    async (bytes) => {
      const { port } = server();
      const { session, receiver, tag } = await startDownload(transport, bytes);
      await sleep(LONGER_THAN_ANY_DELAY_MS);
      receiver.connection.resume();
      await takes(receiver, bytes);
      await send(port, session, "send still here");
      expect(await poll(port, session)).toBe('a["still here"]\n');
      const journal = await readJournal(port, tag, "message", 2);
      expect(journal.slice(0, 3).map(({ hook }) => hook)).toEqual(["open", "message", "message"]);
      receiver.connection.close();
    },
  );

  test.concurrent.each([LARGE, HUGE])(
    "%i bytes while the application closes finds its close frame",
    async (bytes) => {
      const { port } = server();
      const { session, receiver } = await startDownload(transport, bytes, ";close 3001 bye");
      await sleep(LONGER_THAN_ANY_DELAY_MS);
      receiver.connection.resume();
      await takes(receiver, bytes);
      expect(await poll(port, session)).toBe('c[3001,"bye"]\n');
      receiver.connection.close();
    },
  );

  test.concurrent("has gone when its connection breaks, and not before", async () => {
    const { port } = server();
    const { receiver, tag } = await startDownload(transport, HUGE);
    await sleep(LONGER_THAN_ANY_DELAY_MS);
    const before = await readJournal(port, tag, "message");
    receiver.connection.reset();
    const after = await readJournal(port, tag, "close");
    expect([before.at(-1)?.hook, after.at(-1)]).toEqual([
      "message",
      { hook: "close", code: 1006, reason: expect.any(String), wasClean: false },
    ]);
  });
});

describe.concurrent("a browser that reads slowly and steadily", () => {
  test("is not taken for dead, and what it has taken is not counted: 12 MB by xhr-streaming", async () => {
    const { port } = server();
    const session = await openSession(port, "/steady");
    const receiver = await openReceiver(port, XHR_STREAMING, session);
    await receiver.readPrelude();
    receiver.connection.slowDown(4_000_000);
    await send(port, session, "repeat 12000000 x");
    await takes(receiver, 4_000_000);
    const { bufferedAmount } = await readProcessState(server());
    expect(bufferedAmount).toBeLessThan(10_000_000);
    await takes(receiver, 12_000_000);
    await send(port, session, "send still here");
    await receiver.connection.readThrough("still here");
    receiver.connection.close();
  });
});

describe.concurrent("`connection.writable`", () => {
  const COUNT = 320; // 20 MB

  test("goes on when the browser has taken what was written: xhr-streaming", async () => {
    const { port } = server();
    const session = await openSession(port, "/steady");
    const receiver = await openReceiver(port, XHR_STREAMING, session);
    await receiver.readPrelude();
    await send(port, session, `pipe ${COUNT}`);
    await takes(receiver, COUNT * 65_536);
    receiver.connection.close();
  });

  test("goes on when the peer has taken what was written: websocket-raw", async () => {
    const client = await openWebSocket(server().port, "/slow/websocket");
    client.socket.send(`pipe ${COUNT}`);
    const read = async (): Promise<void> => {
      while ((await client.readMessage()) !== "piped") continue;
    };
    await within(read(), EVENT_DEADLINE_MS, "the last message");
    client.socket.close();
  });
});
