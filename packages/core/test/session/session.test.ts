import { Session } from "../../src/session/session.ts";
import { ONE_FRAME, Receiver } from "../../src/session/receiver.ts";
import { XHR_POLLING } from "../../src/transports/xhr-polling.ts";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TimerWheel } from "../../src/time/timer-wheel.ts";
import { ABNORMAL } from "../../src/wire/close.ts";
import { createSession } from "../support/session-fixture.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("the first receiver gets the open frame, then the application is told", () => {
  const { session, journal, stream } = createSession();
  const before = session.state;
  const { sink } = stream();

  expect([before, session.state, sink.journal, journal]).toEqual([
    "connecting",
    "open",
    ["o"],
    ["opened"],
  ]);
});

test("the open frame of a poll ends it", () => {
  const { poll, session } = createSession();
  const { sink } = poll();

  expect([sink.journal, session.state]).toEqual([["o", ["end", 1000, ""]], "open"]);
});

test("messages of one turn go out in one frame, when the turn ends", () => {
  const { stream, send, flush } = createSession();
  const { sink } = stream();
  send("a", "b");
  const during = [...sink.journal];
  flush();

  expect([during, sink.journal]).toEqual([["o"], ["o", 'a["a","b"]']]);
});

test("messages sent without a receiver wait for the next, in order", () => {
  const { poll, send, flush } = createSession();
  poll();
  send("a");
  flush();
  send("b");
  flush();

  expect(poll().sink.journal).toEqual(['a["a","b"]', ["end", 1000, ""]]);
});

test("messages wait while the receiver's sink is not ready", () => {
  const { stream, send, flush, session } = createSession();
  const { sink, receiver } = stream();
  sink.isReady = false;
  send("a");
  flush();
  const waiting = [[...sink.journal], session.bufferedAmount];
  sink.isReady = true;
  receiver.drained();

  expect([waiting, sink.journal, session.bufferedAmount]).toEqual([[["o"], 1], ["o", 'a["a"]'], 0]);
});

test("a large queue goes out in frames of at most 1 MiB", () => {
  const { poll, stream, send, flush } = createSession({ maxBufferedAmount: 10_000_000 });
  poll();
  const message = "x".repeat(600_000);
  send(message, message, "last");
  flush();

  expect(stream().sink.journal).toEqual([`a["${message}"]`, `a["${message}","last"]`]);
});

test("messages sent before the session opens or after it closes are ignored", () => {
  const { stream, send, flush, session } = createSession();
  send("early");
  const { sink } = stream();
  flush();
  session.close({ code: 3000, reason: "Go away!" });
  send("late");
  flush();

  expect(sink.journal).toEqual(["o", 'c[3000,"Go away!"]', ["end", 3000, "Go away!"]]);
});

test("the next receiver may come once the first has finished", () => {
  const { poll, stream, send, flush } = createSession();
  poll();
  const { sink } = stream();
  send("a");
  flush();

  expect(sink.journal).toEqual(['a["a"]']);
});

test("a second receiver gets 2010 after the grace for aborts, and the first goes on", () => {
  const { stream, send, flush } = createSession();
  const first = stream();
  const second = stream();
  vi.advanceTimersByTime(99);
  const during = [...second.sink.journal];
  vi.advanceTimersByTime(1);
  send("a");
  flush();

  expect([during, second.sink.journal, first.sink.journal]).toEqual([
    [],
    ['c[2010,"Another connection still open"]', ["end", 1000, ""]],
    ["o", 'a["a"]'],
  ]);
});

test("a second receiver takes over when the first finishes within the grace", () => {
  const { stream, send, flush, session, journal } = createSession();
  const first = stream();
  const second = stream();
  first.receiver.finish(1000, "");
  session.finished(first.receiver);
  send("a");
  flush();
  vi.advanceTimersByTime(100);

  expect([second.sink.journal, journal]).toEqual([['a["a"]'], ["opened"]]);
});

test("a second receiver learns of the interruption when the first breaks within the grace", () => {
  const { stream } = createSession();
  const first = stream();
  const second = stream();
  first.receiver.interrupted();

  expect(second.sink.journal).toEqual(['c[1002,"Connection interrupted"]', ["end", 1000, ""]]);
});

test("of several receivers that wait, the first takes over, and the others get 2010", () => {
  const { stream, session } = createSession();
  const first = stream();
  const second = stream();
  const third = stream();
  first.receiver.finish(1000, "");
  session.finished(first.receiver);
  vi.advanceTimersByTime(100);

  expect([session.receiver === second.receiver, third.sink.journal]).toEqual([
    true,
    ['c[2010,"Another connection still open"]', ["end", 1000, ""]],
  ]);
});

test("a second receiver that has gone within the grace is let be", () => {
  const { stream, journal } = createSession();
  stream();
  const second = stream();
  second.receiver.interrupted();
  vi.advanceTimersByTime(100);

  expect([second.sink.journal, journal]).toEqual([[], ["opened"]]);
});

test("an interrupted receiver ends the session, and queued messages are dropped", () => {
  const { stream, send, session, journal } = createSession();
  const { receiver, sink } = stream();
  sink.isReady = false;
  send("lost");
  receiver.interrupted();

  expect([session.state, session.bufferedAmount, journal]).toEqual([
    "lingering",
    0,
    ["opened", ["closed", 1006, "Connection lost", false], "settled"],
  ]);
});

test("every receiver after an interruption gets 1002 until the session is forgotten", () => {
  const { stream, poll, journal } = createSession();
  stream().receiver.interrupted();
  const close = ['c[1002,"Connection interrupted"]', ["end", 1000, ""]];

  expect([poll().sink.journal, stream().sink.journal]).toEqual([close, close]);
  vi.advanceTimersByTime(4999);
  expect(journal.includes("forgotten")).toBe(false);
  vi.advanceTimersByTime(1);
  expect([journal, vi.getTimerCount()]).toEqual([
    ["opened", ["closed", 1006, "Connection lost", false], "settled", "forgotten"],
    0,
  ]);
});

test("a session without a receiver closes after `disconnectDelay` and is forgotten at once", () => {
  const { poll, journal, session } = createSession();
  poll();
  vi.advanceTimersByTime(4999);
  const before = session.state;
  vi.advanceTimersByTime(1);

  expect([before, journal, vi.getTimerCount()]).toEqual([
    "open",
    ["opened", ["closed", 1006, "Connection lost", false], "settled", "forgotten"],
    0,
  ]);
});

test("a receiver that comes in time stops the disconnect delay", () => {
  const { poll, stream, session } = createSession();
  poll();
  vi.advanceTimersByTime(4999);
  stream();
  vi.advanceTimersByTime(24_999);

  expect(session.state).toBe("open");
});

test("`disconnectDelay` begins anew with each receiver that finishes", () => {
  const { poll, session, send, flush } = createSession();
  poll();
  vi.advanceTimersByTime(4000);
  send("a");
  poll();
  flush();
  vi.advanceTimersByTime(4999);
  const before = session.state;
  vi.advanceTimersByTime(1);

  expect([before, session.state]).toEqual(["open", "gone"]);
});

test("a session whose first receiver does not come within `pongTimeout` is forgotten, and nobody is told", () => {
  const { journal } = createSession();
  vi.advanceTimersByTime(9999);
  const before = [...journal];
  vi.advanceTimersByTime(1);

  expect([before, journal, vi.getTimerCount()]).toEqual([[], ["settled", "forgotten"], 0]);
});

test("a session has one timer, whatever happens", () => {
  const { poll, stream, send, flush } = createSession();
  const counts: number[] = [];
  poll();
  counts.push(vi.getTimerCount());
  const { receiver } = stream();
  counts.push(vi.getTimerCount());
  send("a");
  flush();
  counts.push(vi.getTimerCount());
  vi.advanceTimersByTime(30_000);
  counts.push(vi.getTimerCount());
  receiver.interrupted();
  counts.push(vi.getTimerCount());
  vi.advanceTimersByTime(5000);
  counts.push(vi.getTimerCount());

  expect(counts).toEqual([1, 1, 1, 1, 1, 0]);
});

test("timers fire at whole multiples of the timer step, never early", () => {
  const { stream } = createSession({}, new TimerWheel(1000));
  vi.advanceTimersByTime(300);
  const { sink } = stream();
  vi.advanceTimersByTime(25_699);
  const before = [...sink.journal];
  vi.advanceTimersByTime(1);

  expect([before, sink.journal]).toEqual([["o"], ["o", "h"]]);
});

test("`abort()` before the session opens forgets it, and tells nobody", () => {
  const { session, journal } = createSession();
  session.abort(ABNORMAL);

  expect([journal, vi.getTimerCount()]).toEqual([["settled", "forgotten"], 0]);
});

test("`abort()` and `forget()` cut the receiver, tell the application and forget the session, once", () => {
  const { session, journal, stream } = createSession();
  const { sink } = stream();
  session.abort(ABNORMAL);
  session.forget();
  session.abort(ABNORMAL);
  session.forget();

  expect([sink.journal, journal, vi.getTimerCount()]).toEqual([
    ["o", ["terminate"]],
    ["opened", ["closed", 1006, "Connection lost", false], "settled", "forgotten"],
    0,
  ]);
});

test("a receiver of a forgotten session gets a close frame", () => {
  const { session, stream } = createSession();
  session.forget();

  expect(stream().sink.journal).toEqual(['c[1002,"Connection interrupted"]', ["end", 1000, ""]]);
});

test("a receiver that comes and leaves while the session is held does not end it", () => {
  const told: string[] = [];
  const session = new Session("s1", undefined, {
    settings: { heartbeatDelay: 1, disconnectDelay: 1, pongTimeout: 1, maxBufferedAmount: 1 },
    timers: new TimerWheel(1),
    schedule: () => {},
    settled: () => told.push("settled"),
    forgotten: () => told.push("forgotten"),
  });
  const waiting = new Receiver(session, XHR_POLLING, ONE_FRAME);
  waiting.interrupted();

  expect([session.state, told]).toEqual(["held", []]);
});
