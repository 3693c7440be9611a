import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { createSession } from "../support/session-fixture.ts";

const GO_AWAY = { code: 3000, reason: "Go away!" };
const CLOSE_FRAME = 'c[3000,"Go away!"]';
const CLOSED = ["closed", 3000, "Go away!", true];
const END = ["end", 3000, "Go away!"];
const POLL_END = ["end", 1000, ""];

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("`close()` sends the close frame and ends the receiver", () => {
  const { session, stream, journal } = createSession();
  const { sink } = stream();
  session.close(GO_AWAY);

  expect([sink.journal, journal, session.state]).toEqual([
    ["o", CLOSE_FRAME, END],
    ["opened", CLOSED, "settled"],
    "lingering",
  ]);
});

test("`close()` sends queued messages first", () => {
  const { session, stream, send } = createSession();
  const { sink } = stream();
  send("a", "b");
  session.close(GO_AWAY);

  expect(sink.journal).toEqual(["o", 'a["a","b"]', CLOSE_FRAME, END]);
});

test("`close()` waits for a sink that is not ready", () => {
  const { session, stream, send, journal } = createSession();
  const { sink, receiver } = stream();
  sink.isReady = false;
  send("a");
  session.close(GO_AWAY);
  const waiting = [session.state, [...journal]];
  sink.isReady = true;
  receiver.drained();

  expect([waiting, sink.journal, journal]).toEqual([
    ["closing", ["opened"]],
    ["o", 'a["a"]', CLOSE_FRAME, END],
    ["opened", CLOSED, "settled"],
  ]);
});

test("`close()` without a receiver closes at once; the next receivers get the close frame", () => {
  const { session, poll, journal } = createSession();
  poll();
  session.close(GO_AWAY);
  const told = [...journal];

  expect([told, poll().sink.journal, poll().sink.journal, journal]).toEqual([
    ["opened", CLOSED],
    [CLOSE_FRAME, POLL_END],
    [CLOSE_FRAME, POLL_END],
    ["opened", CLOSED, "settled"],
  ]);
});

test("`close()` without a receiver keeps queued messages for the next poll", () => {
  const { session, poll, send, journal } = createSession();
  poll();
  send("a");
  session.close(GO_AWAY);
  const state = session.state;

  expect([state, poll().sink.journal, poll().sink.journal, journal]).toEqual([
    "closing",
    ['a["a"]', POLL_END],
    [CLOSE_FRAME, POLL_END],
    ["opened", CLOSED, "settled"],
  ]);
});

test("queued messages that nobody fetches in time end the session uncleanly", () => {
  const { session, poll, send, journal } = createSession();
  poll();
  send("lost");
  session.close(GO_AWAY);
  vi.advanceTimersByTime(5000);

  expect([journal, vi.getTimerCount()]).toEqual([
    ["opened", ["closed", 1006, "Connection lost", false], "settled", "forgotten"],
    0,
  ]);
});

test("a receiver that stays unready while closing is cut after `disconnectDelay`", () => {
  const { session, stream, send, journal } = createSession();
  const { sink } = stream();
  sink.isReady = false;
  send("lost");
  session.close(GO_AWAY);
  vi.advanceTimersByTime(5000);

  expect([sink.journal, journal, vi.getTimerCount()]).toEqual([
    ["o", ["terminate"]],
    ["opened", ["closed", 1006, "Connection lost", false], "settled", "forgotten"],
    0,
  ]);
});

test("an interruption while closing is an unclean close", () => {
  const { session, stream, send, journal } = createSession();
  const { sink, receiver } = stream();
  sink.isReady = false;
  send("lost");
  session.close(GO_AWAY);
  receiver.interrupted();

  expect(journal).toEqual(["opened", ["closed", 1006, "Connection lost", false], "settled"]);
});

test("only the first `close()` counts", () => {
  const { session, stream, journal } = createSession();
  const { sink } = stream();
  session.close(GO_AWAY);
  session.close({ code: 4000, reason: "again" });

  expect([sink.journal, journal]).toEqual([
    ["o", CLOSE_FRAME, END],
    ["opened", CLOSED, "settled"],
  ]);
});

test("`close()` before the session opens is told to the receiver that comes, and to nobody else", () => {
  const { session, stream, journal } = createSession();
  session.close(GO_AWAY);

  expect([stream().sink.journal, journal]).toEqual([
    ['c[3000,"Go away!"]', ["end", 3000, "Go away!"]],
    ["settled", "forgotten"],
  ]);
});

test("a closed session is forgotten after `disconnectDelay`", () => {
  const { session, stream, journal } = createSession();
  stream();
  session.close(GO_AWAY);
  vi.advanceTimersByTime(4999);
  const before = journal.length;
  vi.advanceTimersByTime(1);

  expect([before, journal, vi.getTimerCount()]).toEqual([
    3,
    ["opened", CLOSED, "settled", "forgotten"],
    0,
  ]);
});

test("a session that nobody asked for after its close settles when it is forgotten", () => {
  const { session, poll, journal } = createSession();
  poll();
  session.close(GO_AWAY);
  vi.advanceTimersByTime(5000);

  expect(journal).toEqual(["opened", CLOSED, "settled", "forgotten"]);
});

test("the close frame quotes its reason as the protocol escapes it", () => {
  const { session, stream } = createSession();
  const { sink } = stream();
  session.close({ code: 4000, reason: '"\u2028' });

  expect(sink.journal[1]).toBe('c[4000,"\\"\\u2028"]');
});

test("a WebSocket's session is forgotten as soon as it closes", () => {
  const { session, webSocket, journal } = createSession();
  const { sink } = webSocket();
  session.close(GO_AWAY);

  expect([sink.journal, journal, vi.getTimerCount()]).toEqual([
    ["o", CLOSE_FRAME, END],
    ["opened", CLOSED, "settled", "forgotten"],
    0,
  ]);
});

test("a WebSocket closed by its peer tells code and reason", () => {
  const { webSocket, journal } = createSession();
  webSocket().receiver.closedByPeer(4001, "done", true);

  expect([journal, vi.getTimerCount()]).toEqual([
    ["opened", ["closed", 4001, "done", true], "settled", "forgotten"],
    0,
  ]);
});

test("a raw WebSocket gets messages as they are, and no frames", () => {
  const { session, webSocket, send, flush } = createSession();
  const { sink } = webSocket("websocket-raw");
  send("a", "b");
  flush();
  session.close(GO_AWAY);

  expect(sink.journal).toEqual(["a", "b", END]);
});
