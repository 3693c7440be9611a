import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { CloseInfo } from "../../src/wire/close.ts";
import { sockjs } from "../../src/sockjs.ts";
import { createBrowser } from "../support/browser.ts";
import { captureConnections } from "../support/capture.ts";
import { defer, settle } from "../support/promises.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("`close()` says 3000 and `Go away!` by default", async () => {
  const closed: CloseInfo[] = [];
  const server = sockjs({
    open: (connection) => connection.close(),
    close: (_connection, info) => void closed.push(info),
  });
  const browser = createBrowser(server);

  expect([await browser.poll(), await browser.poll(), closed]).toEqual([
    "o\n",
    'c[3000,"Go away!"]\n',
    [{ code: 3000, reason: "Go away!", wasClean: true }],
  ]);
});

test("`close()` takes a code and a reason", async () => {
  const browser = createBrowser(sockjs({ open: (connection) => connection.close(4000, '"bye"') }));
  await browser.poll();

  expect(await browser.poll()).toBe('c[4000,"\\"bye\\""]\n');
});

test("`close()` straight from `open` gives `o` and the close frame in one streaming response", async () => {
  const browser = createBrowser(sockjs({ open: (connection) => connection.close() }));
  const stream = await browser.stream();

  expect([stream.first, await stream.next(), await stream.next()]).toEqual([
    "o\n",
    'c[3000,"Go away!"]\n',
    undefined,
  ]);
});

test.each([999, 5000, 3000.5, NaN, Infinity, -1, "3000", null])(
  "`close(%j)` is a RangeError",
  async (code) => {
    const capture = captureConnections();
    await createBrowser(sockjs(capture)).poll();

    expect(() => capture.connection.close(code as never)).toThrow(
      new RangeError("Cannot close: code must be a whole number from 1000 to 4999"),
    );
    expect(capture.connection.readyState).toBe(1);
  },
);

test("`close()` with a reason that is no string is a TypeError", async () => {
  const capture = captureConnections();
  await createBrowser(sockjs(capture)).poll();

  expect(() => capture.connection.close(3000, 1 as never)).toThrow(
    new TypeError("Cannot close: reason must be a string"),
  );
});

test("`signal` is aborted when the connection has closed, before the `close` hook", async () => {
  const capture = captureConnections();
  const aborted: boolean[] = [];
  const server = sockjs({
    open: capture.open,
    close: (connection) => void aborted.push(connection.signal.aborted),
  });
  await createBrowser(server).poll();
  const { signal } = capture.connection;
  aborted.push(signal.aborted);
  capture.connection.close();

  expect([aborted, signal.aborted]).toEqual([[false, true], true]);
});

test("`signal` asked for after the close is aborted", async () => {
  const capture = captureConnections();
  await createBrowser(sockjs(capture)).poll();
  capture.connection.close();

  expect(capture.connection.signal.aborted).toBe(true);
});

test("`signal` stays open while queued messages go out", async () => {
  const capture = captureConnections();
  const browser = createBrowser(sockjs(capture));
  await browser.poll();
  capture.connection.send("a");
  capture.connection.close();
  const meanwhile = capture.connection.signal.aborted;
  await browser.poll();

  expect([meanwhile, capture.connection.signal.aborted]).toEqual([false, true]);
});

test("a browser that leaves in the same turn still gets `open`, then `close`", async () => {
  const journal: unknown[] = [];
  const server = sockjs({
    open: () => void journal.push("open"),
    close: (_connection, info) => void journal.push(info),
  });
  const response = await server.fetch(
    new Request("http://localhost/000/s1/xhr_streaming", { method: "POST" }),
  );
  await response.body?.cancel();

  expect(journal).toEqual(["open", { code: 1006, reason: "Connection lost", wasClean: false }]);
});

test("`close` waits for an async hook, and comes once and last", async () => {
  const journal: string[] = [];
  const first = defer();
  const server = sockjs({
    async message(_connection, text) {
      await first.promise;
      journal.push(text);
    },
    close: () => void journal.push("close"),
  });
  const browser = createBrowser(server);
  const stream = await browser.stream();
  await browser.send("a", "b");
  await stream.leave();
  const before = [...journal];
  first.resolve();
  await settle();

  expect([before, journal]).toEqual([[], ["a", "b", "close"]]);
});

test("a connection that has closed leaves nothing behind", async () => {
  const server = sockjs({});
  const stream = await createBrowser(server).stream();
  await stream.leave();
  await vi.advanceTimersByTimeAsync(5050);

  expect([server.stats().sessions, server.connections.size, vi.getTimerCount()]).toEqual([0, 0, 0]);
});
