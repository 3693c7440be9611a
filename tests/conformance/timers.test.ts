import { once } from "node:events";
import { describe, expect, inject, test } from "vitest";
import { eventually, EVENT_DEADLINE_MS, within } from "../harness/deadline.ts";
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

// Times are taken from before the server can have started its timer, so that a slow machine cannot make them too short.
// The delays are 200 ms unless a service's name says otherwise; two clocks may differ a little.
const DELAY_MS = 195;

describe.concurrent("heartbeat", () => {
  test.each(POLLING_TRANSPORTS)("ends a silent poll: $name", async (transport) => {
    const start = performance.now();
    const session = newSession("/heartbeat");
    await (await openReceiver(port, transport, session)).readFrame();
    const receiver = await openReceiver(port, transport, session);
    expect(await receiver.readFrame()).toBe("h");
    expect(performance.now() - start).toBeGreaterThan(DELAY_MS);
    await send(port, session, "after");
    expect(await poll(port, session)).toBe('a["after"]\n');
  });

  test.each(STREAMING_TRANSPORTS)(
    "comes again and again on a silent response: $name",
    async (transport) => {
      const start = performance.now();
      const receiver = await openReceiver(port, transport, newSession("/heartbeat"));
      await receiver.readFrame();
      for (let count = 1; count <= 3; count++) {
        expect(await receiver.readFrame()).toBe("h");
        expect(performance.now() - start).toBeGreaterThan(count * DELAY_MS);
      }
      receiver.connection.close();
    },
  );

  test("comes again and again on a silent websocket", async () => {
    const start = performance.now();
    const client = await openWebSocket(port, `${newSession("/heartbeat")}/websocket`);
    expect(await client.readMessage()).toBe("o");
    for (let count = 1; count <= 3; count++) {
      expect(await client.readMessage()).toBe("h");
      expect(performance.now() - start).toBeGreaterThan(count * DELAY_MS);
    }
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
    const start = performance.now();
    const receiver = await openReceiver(port, XHR_STREAMING, session);
    await receiver.readFrame();
    let silentSince = start;
    while (performance.now() - start < 1000) {
      const sentAt = performance.now();
      await send(port, session, "x");
      let frame = await receiver.readFrame();
      while (frame === "h") {
        expect(performance.now() - silentSince).toBeGreaterThan(DELAY_MS);
        silentSince += DELAY_MS;
        frame = await receiver.readFrame();
      }
      expect(frame).toBe('a["x"]');
      silentSince = sentAt;
    }
    expect(await receiver.readFrame()).toBe("h");
    expect(performance.now() - silentSince).toBeGreaterThan(DELAY_MS);
    receiver.connection.close();
  });
});

describe.concurrent("disconnect delay", () => {
  test.each(RECEIVING_TRANSPORTS)(
    "closes a session without a receiver: $name",
    async (transport) => {
      const start = performance.now();
      const session = newSession("/short");
      const tag = newTag();
      const first = await openReceiver(port, transport, session, `tag=${tag}`);
      await first.readFrame();
      if (transport.streaming) {
        await send(port, session, "repeat 5000 x"); // reaches the response limit
        await first.readFrames();
      }
      const journal = await readJournal(port, tag, "close");
      expect(performance.now() - start).toBeGreaterThan(DELAY_MS);
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
    const session = await openSession(port, "/one-second");
    const waiting = openReceiver(port, XHR_POLLING, session);
    const tag = newTag();
    const witness = await openReceiver(port, XHR_POLLING, newSession("/one-second"), `tag=${tag}`);
    await witness.readFrame();
    await readJournal(port, tag, "close");
    await send(port, session, "still open");
    expect(await (await waiting).readFrame()).toBe('a["still open"]');
  });

  test("starts anew after each poll", async () => {
    const session = await openSession(port, "/one-second");
    const start = performance.now();
    while (performance.now() - start < 2000) {
      await send(port, session, "x");
      expect(await poll(port, session)).toBe('a["x"]\n');
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

// The service pings after 100 ms of silence and waits 1000 ms for a pong.
describe.concurrent("ping", () => {
  test("comes on a silent websocket, and a pong keeps it", async () => {
    const client = await openWebSocket(port, `${newSession("/ping")}/websocket`);
    expect(await client.readMessage()).toBe("o");
    const start = performance.now();
    while (performance.now() - start < 2500) {
      await within(once(client.socket, "ping"), EVENT_DEADLINE_MS, "a ping");
    }
    client.socket.send('["x"]');
    const frames: string[] = [];
    do frames.push(await client.readMessage());
    while (frames.at(-1) === "h");
    expect(frames.at(-1)).toBe('a["x"]');
    client.socket.close();
  });

  test("comes on a silent raw websocket, and a pong keeps it", async () => {
    const client = await openWebSocket(port, "/ping/websocket");
    const start = performance.now();
    while (performance.now() - start < 2500) {
      await within(once(client.socket, "ping"), EVENT_DEADLINE_MS, "a ping");
    }
    client.socket.send("x");
    expect(await client.readMessage()).toBe("x");
    client.socket.close();
  });

  test.each(["/ping/websocket", "/ping/000/no-pong/websocket"])(
    "without a pong ends the WebSocket: %s",
    async (path) => {
      const start = performance.now();
      const tag = newTag();
      const client = await openWebSocket(port, `${path}?tag=${tag}`, { autoPong: false });
      expect([1001, 1006]).toContain((await client.readEnd(EVENT_DEADLINE_MS)).code);
      expect(performance.now() - start).toBeGreaterThan(1000);
      const journal = await readJournal(port, tag, "close");
      expect(journal.at(-1)).toMatchObject({ code: 1006, wasClean: false });
    },
  );
});
