import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSession } from "../support/session-fixture.ts";

const OVERLOADED = ["closed", 1013, "Too much data waiting", false];
const OVERLOADED_FRAME = 'c[1013,"Too much data waiting"]';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("`bufferedAmount` counts what is queued and what the sink holds, in UTF-8", () => {
  const { session, stream, send } = createSession();
  const { sink } = stream();
  sink.bufferedAmount = 10;
  send("€");

  expect(session.bufferedAmount).toBe(13);
});

test("more than `maxBufferedAmount` queued closes with 1013 and drops what is queued", () => {
  const { session, poll, send, flush, journal } = createSession({ maxBufferedAmount: 1000 });
  poll();
  send("x".repeat(936));
  const atLimit = session.state;
  send("y");
  flush();

  expect([atLimit, session.bufferedAmount, journal, poll().sink.journal]).toEqual([
    "open",
    0,
    ["opened", OVERLOADED, "settled"],
    [OVERLOADED_FRAME, ["end", 1000, ""]],
  ]);
});

test("messages without text meet `maxBufferedAmount`, too", () => {
  const { session, poll, send, flush } = createSession({ maxBufferedAmount: 640 });
  poll();
  send(...Array.from({ length: 10 }, () => ""));
  const atLimit = session.state;
  send("");
  flush();

  expect([atLimit, session.state]).toEqual(["open", "lingering"]);
});

test("what the sink holds counts towards `maxBufferedAmount`", () => {
  const { session, stream, send, flush } = createSession({ maxBufferedAmount: 1000 });
  stream().sink.bufferedAmount = 1000;
  send("");
  flush();

  expect(session.state).toBe("lingering");
});

test("a receiver that is ready is told 1013", () => {
  const { stream, send, flush } = createSession({ maxBufferedAmount: 100 });
  const { sink } = stream();
  send("x".repeat(100));
  flush();

  expect(sink.journal).toEqual(["o", OVERLOADED_FRAME, ["end", 1000, ""]]);
});

test("a receiver that waits for the next turn only is told 1013 then", () => {
  const { stream, send, flush } = createSession({ maxBufferedAmount: 100 });
  const { sink, receiver } = stream();
  sink.isReady = false;
  send("x".repeat(100));
  flush();
  const before = [...sink.journal];
  sink.isReady = true;
  receiver.drained();

  expect([before, sink.journal]).toEqual([["o"], ["o", OVERLOADED_FRAME, ["end", 1000, ""]]]);
});

test("a receiver that is full is cut by 1013", () => {
  const { stream, send, flush } = createSession({ maxBufferedAmount: 100 });
  const { sink } = stream();
  sink.isReady = false;
  sink.bufferedAmount = 65_536;
  send("");
  flush();

  expect(sink.journal).toEqual(["o", ["terminate"]]);
});

test("`send()` above `maxBufferedAmount` closes at once for the sender, and tells nobody before the flush", () => {
  const { session, stream, send, flush, journal } = createSession({ maxBufferedAmount: 100 });
  const { sink } = stream();
  send("x".repeat(100));
  const marked = [session.readyState, session.bufferedAmount, [...journal], [...sink.journal]];
  send("ignored");
  flush();

  expect([marked, session.readyState, journal]).toEqual([
    [2, 0, ["opened"], ["o"]],
    3,
    ["opened", OVERLOADED, "settled"],
  ]);
});

test("`drained` is told once the amount falls below 64 KiB after being above it", () => {
  const { stream, send, flush, journal } = createSession({ maxBufferedAmount: 1_000_000 });
  const { sink, receiver } = stream();
  sink.bufferedAmount = 65_535;
  sink.isReady = false;
  send("x");
  flush();
  sink.bufferedAmount = 65_535;
  receiver.drained();
  const still = [...journal];
  sink.isReady = true;
  receiver.drained();

  expect([still, journal]).toEqual([["opened"], ["opened", "drained"]]);
});

test("`drained` is not told below 64 KiB", () => {
  const { stream, send, flush, journal } = createSession({ maxBufferedAmount: 1_000_000 });
  const { receiver } = stream();
  send("x".repeat(65_535));
  flush();
  receiver.drained();

  expect(journal).toEqual(["opened"]);
});

test("`drained` is not told of a session that is closing", () => {
  const { stream, session, send, journal } = createSession({ maxBufferedAmount: 1_000_000 });
  const { receiver, sink } = stream();
  sink.isReady = false;
  send("x".repeat(65_536));
  session.close({ code: 3000, reason: "Go away!" });
  sink.isReady = true;
  receiver.drained();

  expect(journal).toEqual(["opened", ["closed", 3000, "Go away!", true], "settled"]);
});

test("`abort()` cuts the receiver; those that follow get 1002", () => {
  const { session, stream, journal } = createSession();
  const { sink } = stream();
  session.abort({ code: 1006, reason: "Broken JSON encoding" });

  expect([sink.journal, journal, stream().sink.journal]).toEqual([
    ["o", ["terminate"]],
    ["opened", ["closed", 1006, "Broken JSON encoding", false], "settled"],
    ['c[1002,"Connection interrupted"]', ["end", 1000, ""]],
  ]);
});

test("nothing more happens to a session that has closed", () => {
  const { session, stream, send, flush, journal } = createSession();
  const { sink, receiver } = stream();
  receiver.interrupted();
  session.fail({ code: 1009, reason: "Message too big" });
  session.abort({ code: 1006, reason: "" });
  session.close({ code: 3000, reason: "Go away!" });
  session.finished(receiver);
  send("late");
  flush();
  receiver.drained();

  expect([sink.journal, journal]).toEqual([
    ["o"],
    ["opened", ["closed", 1006, "Connection lost", false], "settled"],
  ]);
});
