import { RecordedSink } from "./support/recorded-sink.ts";
import { createWebSocketServer } from "./support/websocket.ts";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CloseInfo } from "../src/wire/close.ts";
import { sockjs } from "../src/sockjs.ts";
import { createBrowser } from "./support/browser.ts";
import { captureConnections } from "./support/capture.ts";
import { defer, isSettled, settle } from "./support/promises.ts";

const GONE_FRAME = 'c[1001,"Server is shutting down"]\n';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("`close()` of a server without sessions resolves at once", async () => {
  const server = sockjs({});
  await server.close();

  expect(vi.getTimerCount()).toBe(0);
});

test("`close()` sends every receiver 1001 after what is queued, and leaves nothing behind", async () => {
  const capture = captureConnections();
  const server = sockjs(capture);
  const stream = await createBrowser(server).stream();
  capture.connection.send("last");
  const closing = server.close();
  const chunks = [await stream.next(), await stream.next(), await stream.next()];
  await closing;

  expect([chunks, server.stats().sessions, server.connections.size, vi.getTimerCount()]).toEqual([
    ['a["last"]\n', GONE_FRAME, undefined],
    0,
    0,
    0,
  ]);
});

test("`close()` takes a code and a reason", async () => {
  const closed: CloseInfo[] = [];
  const server = sockjs({ close: (_connection, info) => void closed.push(info) });
  const stream = await createBrowser(server).stream();
  const closing = server.close({ code: 4000, reason: "new version" });
  const frame = await stream.next();
  await closing;

  expect([frame, closed]).toEqual([
    'c[4000,"new version"]\n',
    [{ code: 4000, reason: "new version", wasClean: true }],
  ]);
});

test("`close()` waits for the next poll of each session", async () => {
  const server = sockjs({});
  const browser = createBrowser(server);
  await browser.poll();
  const closing = server.close();
  const before = await isSettled(closing);

  expect([before, await browser.poll(), await isSettled(closing)]).toEqual([
    false,
    GONE_FRAME,
    true,
  ]);
});

test("`close()` waits for nobody once a poll that was there has got the close frame", async () => {
  const server = sockjs({});
  const browser = createBrowser(server);
  await browser.poll();
  const polling = browser.poll();
  await settle();
  const closing = server.close();

  expect([await polling, await isSettled(closing)]).toEqual([GONE_FRAME, true]);
});

test("`close()` waits for queued messages to be fetched", async () => {
  const capture = captureConnections();
  const server = sockjs(capture);
  const browser = createBrowser(server);
  await browser.poll();
  capture.connection.send("a");
  const closing = server.close();
  const frames = [await browser.poll(), await browser.poll()];

  expect([frames, await isSettled(closing)]).toEqual([['a["a"]\n', GONE_FRAME], true]);
});

test("`close()` cuts what is left after `timeout`", async () => {
  const closed: CloseInfo[] = [];
  const capture = captureConnections();
  const server = sockjs({
    open: capture.open,
    close: (_connection, info) => void closed.push(info),
  });
  await createBrowser(server).poll();
  capture.connection.send("lost");
  const closing = server.close({ timeout: 1000 });
  await vi.advanceTimersByTimeAsync(999);
  const before = await isSettled(closing);
  await vi.advanceTimersByTimeAsync(1);
  await closing;

  expect([before, closed, server.stats().sessions, vi.getTimerCount()]).toEqual([
    false,
    [{ code: 1006, reason: "Connection lost", wasClean: false }],
    0,
    0,
  ]);
});

test("`close()` does not wait for sessions that have told their close before", async () => {
  const capture = captureConnections();
  const server = sockjs(capture);
  const stream = await createBrowser(server).stream();
  await stream.leave();
  const closing = server.close();
  await vi.advanceTimersByTimeAsync(0);
  await closing;

  expect([server.stats().sessions, vi.getTimerCount()]).toEqual([0, 0]);
});

test("new sessions are refused with 503 and `Retry-After` while the server closes, and after", async () => {
  const server = sockjs({});
  const browser = createBrowser(server);
  await browser.poll("s1");
  const closing = server.close();
  const during = await browser.request("/000/s2/xhr", { method: "POST" });
  await browser.poll("s1");
  await closing;
  const after = await browser.request("/000/s3/xhr", { method: "POST" });

  expect([
    [during.status, during.headers.get("retry-after"), await during.text()],
    [after.status, after.headers.get("retry-after"), await after.text()],
  ]).toEqual([
    [503, "5", "Server is shutting down\n"],
    [503, "5", "Server is shutting down\n"],
  ]);
});

test("a session that `authorize` admits while the server closes is refused with 503", async () => {
  const admitted = defer<string>();
  const opened: unknown[] = [];
  const server = sockjs<string>(
    { open: (connection) => void opened.push(connection) },
    { authorize: () => admitted.promise },
  );
  const asking = createBrowser(server).request("/000/s1/xhr", { method: "POST" });
  await settle();
  const closing = server.close();
  admitted.resolve("late");
  const { status } = await asking;
  const settled = await isSettled(closing);
  await vi.advanceTimersByTimeAsync(5000);

  expect([status, opened, settled]).toEqual([503, [], true]);
});

test("`close()` called twice resolves twice", async () => {
  const server = sockjs({});
  const browser = createBrowser(server);
  await browser.poll();
  const first = server.close();
  const second = server.close();
  await browser.poll();
  const settled = [await isSettled(first), await isSettled(second)];
  await vi.advanceTimersByTimeAsync(5000);

  expect(settled).toEqual([true, true]);
});

test("`close()` from inside a hook resolves", async () => {
  const closings: Promise<void>[] = [];
  const server = sockjs({ message: () => void closings.push(server.close()) });
  const browser = createBrowser(server);
  const stream = await browser.stream();
  const sending = browser.send("a");
  const frame = await stream.next();
  await closings[0];

  expect([frame, await sending, vi.getTimerCount()]).toEqual([GONE_FRAME, 204, 0]);
});

test("`Symbol.asyncDispose` closes", async () => {
  const server = sockjs({});
  const stream = await createBrowser(server).stream();
  const disposing = server[Symbol.asyncDispose]();
  const frame = await stream.next();
  await disposing;

  expect([frame, server.stats().sessions]).toEqual([GONE_FRAME, 0]);
});

test("a server that has closed still answers what needs no session", async () => {
  const server = sockjs({});
  await server.close();

  expect((await server.fetch(new Request("http://localhost/info"))).status).toBe(200);
});

test("a WebSocket that opens only while the server closes gets its close frame", async () => {
  const hooks: string[] = [];
  const fixture = createWebSocketServer({
    open: () => void hooks.push("open"),
    close: () => void hooks.push("close"),
  });
  await fixture.request("/000/s1/websocket");
  const closing = fixture.server.close({ timeout: 1000 });
  await vi.advanceTimersByTimeAsync(10);
  const sink = new RecordedSink();
  fixture.listeners[0]?.start(sink);
  await vi.advanceTimersByTimeAsync(1000);
  await closing;

  expect([sink.journal, hooks]).toEqual([
    ['c[1001,"Server is shutting down"]', ["end", 1000, ""]],
    [],
  ]);
});
