import { describe, expect, inject, test } from "vitest";
import { eventually, EVENT_DEADLINE_MS } from "../harness/deadline.ts";
import { newTag, readJournal } from "../harness/journal-reader.ts";
import { openReceiver } from "../harness/receiver.ts";
import {
  POLLING_TRANSPORTS,
  RECEIVING_TRANSPORTS,
  STREAMING_TRANSPORTS,
  XHR_POLLING,
  XHR_STREAMING,
} from "../harness/receiving-transports.ts";
import { newSession, openSession, poll, send, sendPayload } from "../harness/session.ts";
import { openWebSocket } from "../harness/websocket-client.ts";

const port = inject("probePort");

// The services' delays are 200 ms; a clock may be a little ahead of a timer.
const AT_LEAST_MS = 190;

async function timed<T>(promise: Promise<T>): Promise<readonly [value: T, elapsedMs: number]> {
  const start = performance.now();
  return [await promise, performance.now() - start];
}

describe.concurrent("heartbeat", () => {
  test.each(POLLING_TRANSPORTS)("ends a silent poll: $name", async (transport) => {
    const session = newSession("/heartbeat");
    await (await openReceiver(port, transport, session)).readFrame();
    const receiver = await openReceiver(port, transport, session);
    const [frame, elapsedMs] = await timed(receiver.readFrame());
    expect(frame).toBe("h");
    expect(elapsedMs).toBeGreaterThan(AT_LEAST_MS);
    await send(port, session, "after");
    expect(await poll(port, session)).toBe('a["after"]\n');
  });

  test.each(STREAMING_TRANSPORTS)(
    "comes again and again on a silent response: $name",
    async (transport) => {
      const receiver = await openReceiver(port, transport, newSession("/heartbeat"));
      await receiver.readFrame();
      for (let count = 0; count < 3; count++) {
        const [frame, elapsedMs] = await timed(receiver.readFrame());
        expect(frame).toBe("h");
        expect(elapsedMs).toBeGreaterThan(AT_LEAST_MS - 40);
      }
      receiver.connection.close();
    },
  );

  test("comes on a silent websocket", async () => {
    const client = await openWebSocket(port, `${newSession("/heartbeat")}/websocket`);
    expect(await client.readMessage()).toBe("o");
    const [frame, elapsedMs] = await timed(client.readMessage());
    expect(frame).toBe("h");
    expect(elapsedMs).toBeGreaterThan(AT_LEAST_MS - 40);
    client.socket.close();
  });

  test("never comes on the raw websocket", async () => {
    const raw = await openWebSocket(port, "/heartbeat/websocket");
    const witness = await openWebSocket(port, `${newSession("/heartbeat")}/websocket`);
    expect(await witness.readMessage()).toBe("o");
    expect([await witness.readMessage(), await witness.readMessage()]).toEqual(["h", "h"]);
    raw.socket.send("x");
    expect(await raw.readMessage()).toBe("x");
    raw.socket.close();
    witness.socket.close();
  });

  test("waits for silence: a frame sets the delay back", async () => {
    const session = newSession("/heartbeat");
    const receiver = await openReceiver(port, XHR_STREAMING, session);
    const witness = await openWebSocket(port, `${newSession("/heartbeat")}/websocket`);
    await receiver.readFrame();
    await witness.readMessage();
    const start = performance.now();
    let frames = 0;
    while (performance.now() - start < 600) {
      await send(port, session, `${frames}`);
      expect(await receiver.readFrame()).toBe(`a["${frames}"]`);
      frames++;
    }
    expect([await witness.readMessage(), await witness.readMessage()]).toEqual(["h", "h"]);
    expect(await receiver.readFrame()).toBe("h");
    receiver.connection.close();
    witness.socket.close();
  });
});

describe.concurrent("disconnect delay", () => {
  test.each(RECEIVING_TRANSPORTS)(
    "closes a session without a receiver: $name",
    async (transport) => {
      const session = newSession("/short");
      const tag = newTag();
      const first = await openReceiver(port, transport, session, `tag=${tag}`);
      await first.readFrame();
      if (transport.streaming) {
        await send(port, session, "x".repeat(131_072));
        await first.readFrames();
      }
      const [journal, elapsedMs] = await timed(readJournal(port, tag, "close"));
      expect(elapsedMs).toBeGreaterThan(AT_LEAST_MS - 40);
      expect(journal.at(-1)).toEqual({
        hook: "close",
        code: 1006,
        reason: expect.any(String),
        wasClean: false,
      });
      expect((await sendPayload(port, session, '["x"]')).status).toBe(404);
      expect(await poll(port, session)).toBe("o\n");
    },
  );

  test("is stopped by a new receiver", async () => {
    const session = await openSession(port, "/short");
    const waiting = poll(port, session);
    const tag = newTag();
    await (await openReceiver(port, XHR_POLLING, newSession("/short"), `tag=${tag}`)).readFrame();
    await readJournal(port, tag, "close");
    await send(port, session, "still open");
    expect(await waiting).toBe('a["still open"]\n');
  });

  test("starts anew after each poll", async () => {
    const session = await openSession(port, "/short");
    const start = performance.now();
    for (let count = 0; performance.now() - start < 600; count++) {
      await send(port, session, `${count}`);
      expect(await poll(port, session)).toBe(`a["${count}"]\n`);
    }
  });

  test("is not stopped by sends", async () => {
    const session = await openSession(port, "/short");
    const status = await eventually(
      async () => {
        const answer = await sendPayload(port, session, '["x"]');
        return answer.status === 204 ? undefined : answer.status;
      },
      EVENT_DEADLINE_MS,
      "the session to close",
    );
    expect(status).toBe(404);
  });
});

describe.concurrent("ping", () => {
  test.each(["websocket", "raw"])(
    "comes on a silent WebSocket, and a pong keeps it: %s",
    async (kind) => {
      const path = kind === "raw" ? "/ping/websocket" : `${newSession("/ping")}/websocket`;
      const client = await openWebSocket(port, path);
      let pings = 0;
      await eventually(
        () =>
          new Promise<true | undefined>((resolve) => {
            client.socket.once("ping", () => resolve(++pings >= 8 ? true : undefined));
          }),
        EVENT_DEADLINE_MS,
        "eight pings",
      );
      client.socket.send(kind === "raw" ? "x" : '["x"]');
      const frames: string[] = [];
      do frames.push(await client.readMessage());
      while (!frames.at(-1)?.includes("x"));
      expect(frames.at(-1)).toBe(kind === "raw" ? "x" : 'a["x"]');
      client.socket.close();
    },
  );

  test.each(["websocket", "raw"])("without a pong cuts the WebSocket: %s", async (kind) => {
    const tag = newTag();
    const base = kind === "raw" ? "/ping/websocket" : `${newSession("/ping")}/websocket`;
    const client = await openWebSocket(port, `${base}?tag=${tag}`, { autoPong: false });
    const [end, elapsedMs] = await timed(client.readEnd(EVENT_DEADLINE_MS));
    expect(end.code).toBe(1006);
    expect(elapsedMs).toBeGreaterThan(AT_LEAST_MS);
    const journal = await readJournal(port, tag, "close");
    expect(journal.at(-1)).toMatchObject({ code: 1006, wasClean: false });
  });
});
