import { createWebSocketServer } from "../support/websocket.ts";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { toPrometheus } from "../../src/stats/prometheus.ts";
import { sockjs } from "../../src/sockjs.ts";
import type { Stats } from "../../src/stats/stats.ts";
import { createBrowser } from "../support/browser.ts";
import { captureConnections } from "../support/capture.ts";

const NONE = { messagesReceived: 0, messagesSent: 0, charactersReceived: 0, bytesSent: 0 };
const EMPTY: Stats = {
  connections: {},
  open: 0,
  sessions: 0,
  receivers: 0,
  opened: 0,
  closed: {},
  ...NONE,
  rates: NONE,
  bufferedAmount: 0,
  topics: 0,
  channels: 0,
};

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("`stats()` of a new server is all zero", () => {
  expect(sockjs({}).stats()).toEqual(EMPTY);
});

test("`stats()` counts connections, messages and what waits", async () => {
  const capture = captureConnections();
  const server = sockjs(capture);
  const browser = createBrowser(server);
  await browser.poll("s1");
  await browser.stream("s2");
  await browser.send("€", "ab");
  capture.connections[0]?.send("€");
  capture.connections[0]?.subscribe("news");

  expect(server.stats()).toEqual({
    ...EMPTY,
    connections: { "xhr-polling": 1, "xhr-streaming": 1 },
    open: 2,
    sessions: 2,
    receivers: 1,
    opened: 2,
    messagesReceived: 2,
    charactersReceived: 3,
    messagesSent: 1,
    bytesSent: 3,
    rates: { messagesReceived: 2, charactersReceived: 3, messagesSent: 1, bytesSent: 3 },
    bufferedAmount: 3,
    topics: 1,
  });
});

test("`stats()` counts closed connections by their code, and sessions until they are forgotten", async () => {
  const capture = captureConnections();
  const server = sockjs(capture);
  const browser = createBrowser(server);
  await browser.poll("s1");
  await browser.poll("s2");
  const stream = await browser.stream("s3");
  capture.connections[0]?.close();
  capture.connections[1]?.close();
  await stream.leave();
  const before = server.stats();
  await vi.advanceTimersByTimeAsync(5050);

  expect([before.closed, before.open, before.sessions, server.stats().sessions]).toEqual([
    { "1006": 1, "3000": 2 },
    0,
    3,
    0,
  ]);
});

test("`stats().rates` are per second, over the last ten seconds", async () => {
  const capture = captureConnections();
  const server = sockjs(capture, { disconnectDelay: 60_000 });
  await createBrowser(server).poll();
  capture.connection.send("x".repeat(10));
  await vi.advanceTimersByTimeAsync(5000);
  const early = server.stats().rates.bytesSent;
  capture.connection.send("x".repeat(90));
  await vi.advanceTimersByTimeAsync(5000);
  const full = server.stats().rates.bytesSent;
  await vi.advanceTimersByTimeAsync(10_000);

  expect([early, full, server.stats().rates.bytesSent]).toEqual([2, 10, 0]);
});

test("`stats().rates` are zero ten seconds after the last message, and know nothing of what came before a pause", async () => {
  const capture = captureConnections();
  const server = sockjs(capture, { disconnectDelay: 60_000 });
  await createBrowser(server).poll();
  capture.connection.send("x");
  await vi.advanceTimersByTimeAsync(500);
  for (let count = 0; count < 100; count++) capture.connection.send("x");
  await vi.advanceTimersByTimeAsync(10_500);
  const atRest = server.stats().rates.messagesSent;
  await vi.advanceTimersByTimeAsync(20_000);
  capture.connection.send("x");
  await vi.advanceTimersByTimeAsync(9000);

  expect([atRest, server.stats().rates.messagesSent]).toEqual([0, 0.1]);
});

test("a message to a connection that has closed is not counted as sent", async () => {
  const capture = captureConnections();
  const server = sockjs(capture);
  await createBrowser(server).poll();
  capture.connection.close();
  capture.connection.send("late");

  expect(server.stats().messagesSent).toBe(0);
});

test("`toPrometheus()` writes the text format", () => {
  const text = toPrometheus({
    ...EMPTY,
    connections: { websocket: 2, "xhr-polling": 1 },
    closed: { "1006": 4 },
    messagesSent: 5,
  });

  expect(text).toBe(`# HELP sockjs_connections Open connections.
# TYPE sockjs_connections gauge
sockjs_connections{transport="websocket"} 2
sockjs_connections{transport="xhr-polling"} 1
# HELP sockjs_sessions Sessions held.
# TYPE sockjs_sessions gauge
sockjs_sessions 0
# HELP sockjs_receivers Sessions with a receiver.
# TYPE sockjs_receivers gauge
sockjs_receivers 0
# HELP sockjs_buffered_bytes Bytes not yet handed to the runtime.
# TYPE sockjs_buffered_bytes gauge
sockjs_buffered_bytes 0
# HELP sockjs_topics Topics with a subscriber.
# TYPE sockjs_topics gauge
sockjs_topics 0
# HELP sockjs_channels Channels on multiplexed connections.
# TYPE sockjs_channels gauge
sockjs_channels 0
# HELP sockjs_opened_total Connections opened.
# TYPE sockjs_opened_total counter
sockjs_opened_total 0
# HELP sockjs_closed_total Connections closed.
# TYPE sockjs_closed_total counter
sockjs_closed_total{code="1006"} 4
# HELP sockjs_messages_total Messages.
# TYPE sockjs_messages_total counter
sockjs_messages_total{direction="received"} 0
sockjs_messages_total{direction="sent"} 5
# HELP sockjs_received_characters_total UTF-16 code units of messages received.
# TYPE sockjs_received_characters_total counter
sockjs_received_characters_total 0
# HELP sockjs_sent_bytes_total Bytes of messages sent.
# TYPE sockjs_sent_bytes_total counter
sockjs_sent_bytes_total 0
`);
});

test("`stats()` counts close codes that browsers have chosen as `other`, and the application's own by themselves", async () => {
  const { open, server } = createWebSocketServer({
    message: (connection) => connection.close(4321, "ours"),
  });
  for (const code of [1000, 1001, 1006, 3001, 4999]) {
    const { listener } = await open();
    listener.closed(code, "", code !== 1006);
  }
  const { listener } = await open();
  listener.message('["close"]');

  expect(server.stats().closed).toEqual({ "1000": 1, "1001": 1, "1006": 1, "4321": 1, other: 2 });
});
