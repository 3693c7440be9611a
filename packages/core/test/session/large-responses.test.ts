import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { GO_AWAY } from "../../src/wire/close.ts";
import { createSession, type SessionFixture } from "../support/session-fixture.ts";

const LARGE = "x".repeat(100_000); // 10 s at 10 kB/s
const LOST = ["closed", 1006, "Connection lost", false];

type Attached = ReturnType<SessionFixture["poll"]>;

/** A session whose poll has been answered by a large message that has not left the process. */
function createLeaving(): SessionFixture & Attached {
  const fixture = createSession({ maxBufferedAmount: 1_000_000 });
  fixture.poll();
  const poll = fixture.poll();
  poll.sink.isLeaving = true;
  poll.sink.bufferedAmount = 90_000;
  fixture.send(LARGE);
  fixture.flush();
  return { ...fixture, ...poll };
}

function leave({ sink, receiver }: Attached): void {
  sink.isLeaving = false;
  sink.bufferedAmount = 0;
  receiver.left();
}

/** What the application was told of the session's end. */
function ends({ journal }: SessionFixture): unknown[] {
  return journal.filter((entry) => entry !== "opened" && entry !== "drained");
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("a session waits for a large response for as long as it gets less", () => {
  const session = createLeaving();
  for (let amount = 80_000; amount > 0; amount -= 10_000) {
    vi.advanceTimersByTime(9000);
    session.sink.bufferedAmount = amount;
  }

  expect(session.journal).toEqual(["opened"]);
});

test("a large response of which nothing is taken for `pongTimeout`, and a step of the operating system, is cut", () => {
  const { sink, journal } = createLeaving();
  vi.advanceTimersByTime(13_000);
  const before = [...journal];
  vi.advanceTimersByTime(600);

  expect([before, sink.journal.at(-1), journal.at(1)]).toEqual([["opened"], ["terminate"], LOST]);
});

test("once a large response has left, its session waits for the download and `disconnectDelay`", () => {
  const session = createLeaving();
  vi.advanceTimersByTime(9000);
  leave(session);
  vi.advanceTimersByTime(14_900);
  const before = ends(session);
  vi.advanceTimersByTime(500);

  expect([before, ends(session)[0]]).toEqual([[], LOST]);
});

test("once its connection has ended as well, for `disconnectDelay`", () => {
  const session = createLeaving();
  leave(session);
  session.receiver.parted();
  vi.advanceTimersByTime(4900);
  const before = ends(session);
  vi.advanceTimersByTime(200);

  expect([before, ends(session)[0]]).toEqual([[], LOST]);
});

test("the connection of an earlier response says nothing of the last", () => {
  const session = createLeaving();
  leave(session);
  const last = session.poll();
  session.send(LARGE);
  session.flush();
  session.receiver.parted();
  vi.advanceTimersByTime(6000);

  expect([ends(session), last.sink.journal.length]).toEqual([[], 2]);
});

test("a receiver that comes while a large response is leaving takes over at once, and that is cut", () => {
  const session = createLeaving();
  const next = session.stream();
  session.send("b");
  session.flush();

  expect([next.sink.journal, session.sink.journal.at(-1)]).toEqual([['a["b"]'], ["terminate"]]);
});

test("a browser that breaks off while a large response is leaving has gone", () => {
  const session = createLeaving();
  session.receiver.interrupted();

  expect(session.journal).toEqual(["opened", LOST, "settled"]);
});

test("a session that closes while a large response is leaving keeps its close frame for as long", () => {
  const session = createLeaving();
  session.session.close(GO_AWAY);
  vi.advanceTimersByTime(9000);
  leave(session);
  vi.advanceTimersByTime(14_000);
  const next = session.poll();

  expect(next.sink.journal).toEqual(['c[3000,"Go away!"]', ["end", 1000, ""]]);
});

test("a session that has closed after a large response stays no longer than any once its browser has been told", () => {
  const session = createLeaving();
  leave(session);
  session.session.close(GO_AWAY);
  session.poll();
  vi.advanceTimersByTime(4900);
  const before = session.session.state;
  vi.advanceTimersByTime(200);

  expect([before, session.session.state]).toEqual(["lingering", "gone"]);
});

test("a close frame behind a large message is told once it has left", () => {
  const fixture = createSession({ maxBufferedAmount: 1_000_000 });
  const { sink, receiver } = fixture.respond(200_000);
  fixture.send(LARGE);
  fixture.flush();
  sink.isLeaving = true;
  sink.bufferedAmount = 90_000;
  fixture.session.close(GO_AWAY);
  const before = ends(fixture);
  leave({ sink, receiver });

  const closed = ["closed", 3000, "Go away!", true];
  expect([before, ends(fixture)]).toEqual([[closed], [closed, "settled"]]);
});

test("a session that closes goes on for as long as its receiver takes something", () => {
  const { stream, send, flush, session, journal } = createSession({ maxBufferedAmount: 1_000_000 });
  const { sink, receiver } = stream();
  sink.isReady = false;
  sink.bufferedAmount = 60_000;
  send("last");
  flush();
  session.close(GO_AWAY);
  for (let amount = 50_000; amount > 0; amount -= 10_000) {
    vi.advanceTimersByTime(4500);
    sink.bufferedAmount = amount;
  }
  sink.isReady = true;
  receiver.drained();

  expect([sink.journal.slice(1, 3), journal.at(-2)]).toEqual([
    ['a["last"]', 'c[3000,"Go away!"]'],
    ["closed", 3000, "Go away!", true],
  ]);
});

test("`drained` is told when a large response has left", () => {
  const session = createLeaving();
  const before = [...session.journal];
  leave(session);

  expect([before, session.journal]).toEqual([["opened"], ["opened", "drained"]]);
});

test("`drained` is told when the sink has room, where the whole queue had gone to it", () => {
  const { stream, send, flush, journal } = createSession({ maxBufferedAmount: 1_000_000 });
  const { sink, receiver } = stream();
  send(LARGE);
  flush();
  const asked = vi.spyOn(sink, "ready");
  sink.isReady = false;
  sink.bufferedAmount = 100_000;
  send("b");
  flush();
  const before = [...journal];
  sink.isReady = true;
  sink.bufferedAmount = 0;
  receiver.drained();

  expect([asked.mock.calls.length > 0, before, journal]).toEqual([
    true,
    ["opened", "drained"],
    ["opened", "drained", "drained"],
  ]);
});
