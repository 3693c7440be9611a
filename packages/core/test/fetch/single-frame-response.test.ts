import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Runtime } from "../../src/seam/runtime.ts";
import { createServer } from "../../src/server.ts";
import { endTurn } from "../support/browser.ts";
import { captureConnections } from "../support/capture.ts";
import { isSettled } from "../support/promises.ts";

const SIGNALS_ABORTS: Runtime = { abortSignal: (request) => request.signal };

function poll(signal?: AbortSignal): Request {
  return new Request("http://localhost/000/s1/xhr", {
    method: "POST",
    ...(signal !== undefined && { signal }),
  });
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("a poll is answered when its frame is there, where the runtime signals aborts", async () => {
  const capture = captureConnections();
  const server = createServer(capture, {}, SIGNALS_ABORTS);
  const open = await server.fetch(poll());
  const answering = server.fetch(poll());
  const waits = !(await isSettled(answering));
  capture.connection.send("a");
  await endTurn();
  const answer = await answering;

  expect([await open.text(), waits, await answer.text()]).toEqual(["o\n", true, 'a["a"]\n']);
  expect([answer.status, answer.headers.get("content-type")]).toEqual([
    200,
    "application/javascript; charset=UTF-8",
  ]);
});

test("a message for many is answered by its shared bytes", async () => {
  const server = createServer({}, {}, SIGNALS_ABORTS);
  await server.fetch(poll());
  const answering = server.fetch(poll());
  await isSettled(answering);
  server.broadcast("a");
  await endTurn();

  expect(await (await answering).text()).toBe('a["a"]\n');
});

test("an aborted poll ends its session", async () => {
  const leaving = new AbortController();
  const server = createServer({}, {}, SIGNALS_ABORTS);
  await server.fetch(poll());
  const answering = server.fetch(poll(leaving.signal));
  await isSettled(answering);
  leaving.abort();
  await answering;

  expect([server.stats().closed, await (await server.fetch(poll())).text()]).toEqual([
    { "1006": 1 },
    'c[1002,"Connection interrupted"]\n',
  ]);
});

test("a poll that is aborted before it is answered opens no session", async () => {
  const server = createServer({}, {}, SIGNALS_ABORTS);
  await server.fetch(poll(AbortSignal.abort()));

  expect([server.stats().opened, server.stats().sessions, vi.getTimerCount()]).toEqual([0, 0, 0]);
});

test("a signal that costs much is looked at only by a poll that has to wait, and may have aborted by then", async () => {
  const abortSignal = vi.fn(() => AbortSignal.abort());
  const server = createServer({}, {}, { isGone: () => false, abortSignal });
  await server.fetch(poll(AbortSignal.abort()));
  const callsAtOnce = abortSignal.mock.calls.length;
  const late = await server.fetch(poll());

  expect([callsAtOnce, abortSignal.mock.calls.length, late.status]).toEqual([0, 1, 204]);
  expect([server.stats().opened, server.stats().closed]).toEqual([1, { "1006": 1 }]);
});

test("a signal that is aborted after the answer changes nothing", async () => {
  const leaving = new AbortController();
  const server = createServer({}, {}, SIGNALS_ABORTS);
  await server.fetch(poll(leaving.signal));
  leaving.abort();

  expect([server.stats().open, server.stats().closed]).toEqual([1, {}]);
});
