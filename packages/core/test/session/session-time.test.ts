import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SLACK, TimerWheel } from "../../src/time/timer-wheel.ts";
import { createSession } from "../support/session-fixture.ts";

const LOST = ["closed", 1006, "Connection lost", false];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("a silent receiver gets a heartbeat each `heartbeatDelay`", () => {
  const { stream } = createSession();
  const { sink } = stream();
  vi.advanceTimersByTime(24_999);
  const before = [...sink.journal];
  vi.advanceTimersByTime(1);
  const after = [...sink.journal];
  vi.advanceTimersByTime(25_000);

  expect([before, after, sink.journal]).toEqual([["o"], ["o", "h"], ["o", "h", "h"]]);
});

test("a frame puts the heartbeat off", () => {
  const { stream, send, flush } = createSession();
  const { sink } = stream();
  vi.advanceTimersByTime(20_000);
  send("a");
  flush();
  vi.advanceTimersByTime(24_999);
  const before = [...sink.journal];
  vi.advanceTimersByTime(1);

  expect([before, sink.journal]).toEqual([
    ["o", 'a["a"]'],
    ["o", 'a["a"]', "h"],
  ]);
});

test("the heartbeat ends a poll", () => {
  const { poll, journal } = createSession();
  poll();
  const { sink } = poll();
  vi.advanceTimersByTime(25_000);
  const after = [...sink.journal];
  vi.advanceTimersByTime(5000);

  expect([after, journal, vi.getTimerCount()]).toEqual([
    ["h", ["end", 1000, ""]],
    ["opened", LOST, "settled", "forgotten"],
    0,
  ]);
});

test("a raw WebSocket gets no heartbeats", () => {
  const { webSocket } = createSession();
  const { sink } = webSocket("websocket-raw");
  const tick = setInterval(() => sink.inboundCount++, 1000);
  vi.advanceTimersByTime(60_000);
  clearInterval(tick);

  expect(sink.journal).toEqual([["ping"], ["ping"]]);
});

test("a WebSocket is pinged each `heartbeatDelay`, besides its heartbeats", () => {
  const { webSocket } = createSession();
  const { sink } = webSocket();
  vi.advanceTimersByTime(25_000);
  sink.inboundCount++;
  vi.advanceTimersByTime(25_000);

  expect(sink.journal).toEqual(["o", ["ping"], "h", ["ping"], "h"]);
});

test("a WebSocket whose peer is silent for `pongTimeout` after a ping is cut", () => {
  const { webSocket, journal } = createSession();
  const { sink } = webSocket();
  sink.inboundCount = 7;
  vi.advanceTimersByTime(34_999);
  const before = [...journal];
  vi.advanceTimersByTime(1);

  expect([before, sink.journal, journal, vi.getTimerCount()]).toEqual([
    ["opened"],
    ["o", ["ping"], "h", ["terminate"]],
    ["opened", LOST, "settled", "forgotten"],
    0,
  ]);
});

test("anything a WebSocket's peer sends counts as life", () => {
  const { webSocket, journal } = createSession();
  const { sink } = webSocket();
  vi.advanceTimersByTime(34_999);
  sink.inboundCount++;
  vi.advanceTimersByTime(24_999);

  expect(journal).toEqual(["opened"]);
});

test("frames to a WebSocket do not put its ping off", () => {
  const { webSocket, send, flush } = createSession();
  const { sink } = webSocket();
  vi.advanceTimersByTime(20_000);
  send("a");
  flush();
  vi.advanceTimersByTime(5000);

  expect(sink.journal).toEqual(["o", 'a["a"]', ["ping"]]);
});

test("a receiver that takes nothing for `heartbeatDelay` and `pongTimeout` is cut", () => {
  const { stream, send, flush, journal } = createSession({ maxBufferedAmount: 1_000_000 });
  const { sink } = stream();
  sink.isReady = false;
  sink.bufferedAmount = 70_000;
  send("lost");
  flush();
  vi.advanceTimersByTime(34_999);
  const before = [...journal];
  vi.advanceTimersByTime(1);

  expect([before, sink.journal, journal]).toEqual([
    ["opened"],
    ["o", ["terminate"]],
    ["opened", LOST, "settled"],
  ]);
});

test("a slow receiver that takes something within `pongTimeout` is kept as long again", () => {
  const { stream, journal } = createSession({ maxBufferedAmount: 1_000_000 });
  const { sink } = stream();
  sink.isReady = false;
  sink.bufferedAmount = 200_000;
  vi.advanceTimersByTime(30_000);
  sink.bufferedAmount = 150_000;
  vi.advanceTimersByTime(14_999);

  expect([sink.journal, journal]).toEqual([["o"], ["opened"]]);
});

test("a stalled receiver that becomes ready gets its frames, and is kept", () => {
  const { stream, send, flush, journal } = createSession({ maxBufferedAmount: 1_000_000 });
  const { sink, receiver } = stream();
  sink.isReady = false;
  sink.bufferedAmount = 70_000;
  send("a");
  flush();
  vi.advanceTimersByTime(30_000);
  sink.isReady = true;
  sink.bufferedAmount = 0;
  receiver.drained();
  vi.advanceTimersByTime(24_999);

  expect([sink.journal, journal]).toEqual([
    ["o", 'a["a"]'],
    ["opened", "drained"],
  ]);
});

test("the longest delay that an option takes is waited for", () => {
  const { stream } = createSession({ heartbeatDelay: 2_147_483_647 }, new TimerWheel(50));
  vi.advanceTimersByTime(1);
  const { sink } = stream();
  vi.advanceTimersByTime(2_147_483_646);
  const before = [...sink.journal];
  vi.advanceTimersByTime(2_147_483_647 * SLACK);

  expect([before, sink.journal]).toEqual([["o"], ["o", "h"]]);
});

const LARGE = "x".repeat(4_194_304);

test("a WebSocket that takes a large message is kept beyond `pongTimeout`, while bytes leave", () => {
  const { webSocket, send, flush, journal } = createSession({ maxBufferedAmount: 100_000_000 });
  const { sink } = webSocket();
  sink.isReady = false;
  sink.bufferedAmount = 90_000_000;
  const tick = setInterval(() => (sink.bufferedAmount -= 1_000_000), 9_000);
  vi.advanceTimersByTime(700_000);
  clearInterval(tick);
  send("a");
  flush();

  expect(journal).toEqual(["opened"]);
});

test("a WebSocket that stops taking a message is cut after `pongTimeout`", () => {
  const { webSocket, journal } = createSession({ maxBufferedAmount: 100_000_000 });
  const { sink } = webSocket();
  sink.isReady = false;
  sink.bufferedAmount = 90_000_000;
  const tick = setInterval(() => (sink.bufferedAmount -= 1_000_000), 1000);
  vi.advanceTimersByTime(60_000);
  clearInterval(tick);
  vi.advanceTimersByTime(20_000); // a look may have been right before the last byte

  expect(journal).toEqual(["opened", LOST, "settled", "forgotten"]);
});

test("bytes that the operating system takes at once are no sign of life", () => {
  const { webSocket, send, flush, journal } = createSession();
  webSocket();
  const tick = setInterval(() => {
    send("a");
    flush();
  }, 1000);
  vi.advanceTimersByTime(36_000);
  clearInterval(tick);

  expect(journal).toEqual(["opened", LOST, "settled", "forgotten"]);
});

test("a ping behind 4 MiB that the operating system holds is waited for as long as 10 kB/s take", () => {
  const { webSocket, send, flush, journal } = createSession({ maxBufferedAmount: 10_000_000 });
  webSocket();
  send(LARGE);
  flush();
  vi.advanceTimersByTime(35_000 + 419_000);
  const before = [...journal];
  vi.advanceTimersByTime(10_000);

  expect([before, journal]).toEqual([
    ["opened", "drained"],
    ["opened", "drained", LOST, "settled", "forgotten"],
  ]);
});

test("an answered ping tells that what went before it has arrived", () => {
  const { webSocket, send, flush, journal } = createSession({ maxBufferedAmount: 10_000_000 });
  const { sink } = webSocket();
  send(LARGE);
  flush();
  vi.advanceTimersByTime(26_000);
  sink.inboundCount++;
  vi.advanceTimersByTime(36_000);

  expect(journal).toEqual(["opened", "drained", LOST, "settled", "forgotten"]);
});

test("pings come each `heartbeatDelay` where `pongTimeout` is longer", () => {
  const { webSocket } = createSession({ heartbeatDelay: 1000, pongTimeout: 10_000 });
  const { sink } = webSocket("websocket-raw");
  const tick = setInterval(() => sink.inboundCount++, 100);
  vi.advanceTimersByTime(5000);
  clearInterval(tick);

  expect(sink.journal).toEqual(Array.from({ length: 5 }, () => ["ping"]));
});

test("a WebSocket whose runtime tells of whole messages only is given its least time", () => {
  const { webSocket, journal } = createSession();
  const { sink } = webSocket();
  sink.leastPongTimeout = 60_000;
  vi.advanceTimersByTime(84_999);
  const before = [...journal];
  vi.advanceTimersByTime(1000);

  expect([before, journal]).toEqual([["opened"], ["opened", LOST, "settled", "forgotten"]]);
});

test("a paused WebSocket is pinged and not judged by its pongs", () => {
  const { webSocket, journal } = createSession();
  const { sink } = webSocket("websocket-raw");
  sink.isPaused = true;
  vi.advanceTimersByTime(100_000);

  expect([sink.journal, journal]).toEqual([[["ping"], ["ping"], ["ping"], ["ping"]], ["opened"]]);
});

test("a session that closes waits for its receiver while bytes leave", () => {
  const { session, webSocket, send, flush, journal } = createSession({
    maxBufferedAmount: 10_000_000,
  });
  const { sink, receiver } = webSocket();
  sink.isReady = false;
  sink.bufferedAmount = 9_000_000;
  send("a");
  flush();
  session.close({ code: 3000, reason: "Go away!" });
  const tick = setInterval(() => (sink.bufferedAmount -= 100_000), 1000);
  vi.advanceTimersByTime(60_000);
  clearInterval(tick);
  const waiting = [...journal];
  sink.isReady = true;
  sink.bufferedAmount = 0;
  receiver.drained();

  expect([waiting, journal.at(1), sink.journal]).toEqual([
    ["opened"],
    ["closed", 3000, "Go away!", true],
    ["o", 'a["a"]', 'c[3000,"Go away!"]', ["end", 3000, "Go away!"]],
  ]);
});

test("a session that closes gives a receiver up that takes nothing for `disconnectDelay`", () => {
  const { session, webSocket, send, flush, journal } = createSession({
    maxBufferedAmount: 1_000_000,
  });
  const { sink } = webSocket();
  sink.isReady = false;
  sink.bufferedAmount = 70_000;
  send("lost");
  flush();
  session.close({ code: 3000, reason: "Go away!" });
  vi.advanceTimersByTime(4999);
  const before = [...journal];
  vi.advanceTimersByTime(100);

  expect([before, journal]).toEqual([["opened"], ["opened", LOST, "settled", "forgotten"]]);
});
