import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Connection } from "../../src/connection/connection.ts";
import { sockjs } from "../../src/sockjs.ts";
import { createBrowser } from "../support/browser.ts";
import { captureConnections } from "../support/capture.ts";
import { isSettled, settle } from "../support/promises.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("iterating a connection yields its messages until it closes", async () => {
  const journal: string[] = [];
  const server = sockjs(async (connection) => {
    for await (const message of connection) journal.push(message);
    journal.push("end");
  });
  const browser = createBrowser(server);
  const stream = await browser.stream();
  await browser.send("a", "b");
  await browser.send("c");
  await stream.leave();
  await settle();

  expect(journal).toEqual(["a", "b", "c", "end"]);
});

test("messages before the first iteration wait for a function handler", async () => {
  const capture: Connection[] = [];
  const browser = createBrowser(sockjs((connection) => void capture.push(connection)));
  await browser.poll();
  await browser.send("a");
  const [connection] = capture;
  const iterator = connection?.[Symbol.asyncIterator]();

  expect(await iterator?.next()).toEqual({ done: false, value: "a" });
});

test("a connection with a message hook cannot be iterated or read", async () => {
  const capture = captureConnections();
  await createBrowser(sockjs({ open: capture.open, message() {} })).poll();
  const refusal = new TypeError("Cannot iterate connection: its handler has a message hook");

  expect(() => capture.connection[Symbol.asyncIterator]()).toThrow(refusal);
  expect(() => capture.connection.readable).toThrow(refusal);
});

test("`readable` gives the messages, then ends", async () => {
  const capture = captureConnections();
  const browser = createBrowser(sockjs(capture));
  const stream = await browser.stream();
  const reader = capture.connection.readable.getReader();
  await browser.send("a", "b");
  const messages = [await reader.read(), await reader.read()];
  await stream.leave();

  expect([messages, await reader.read()]).toEqual([
    [
      { done: false, value: "a" },
      { done: false, value: "b" },
    ],
    { done: true, value: undefined },
  ]);
});

test("`readable` and `writable` are made once", async () => {
  const capture = captureConnections();
  await createBrowser(sockjs(capture)).poll();
  const { connection } = capture;

  expect(connection.readable).toBe(connection.readable);
  expect(connection.writable).toBe(connection.writable);
});

test("`readable` takes no message before it is read", async () => {
  const capture = captureConnections();
  const browser = createBrowser(sockjs(capture, { maxUnreadAmount: 64 }));
  await browser.poll();
  const { readable } = capture.connection;
  const sending = browser.send("a");
  const waits = !(await isSettled(sending));
  await readable.getReader().read();

  expect([waits, await sending]).toEqual([true, 204]);
});

test("cancelling `readable` closes the connection", async () => {
  const capture = captureConnections();
  const browser = createBrowser(sockjs(capture));
  await browser.poll();
  await capture.connection.readable.cancel();

  expect(await browser.poll()).toBe('c[3000,"Go away!"]\n');
});

test("cancelling `readable` while it is read closes the connection", async () => {
  const capture = captureConnections();
  const browser = createBrowser(sockjs(capture));
  await browser.poll();
  const reader = capture.connection.readable.getReader();
  const reading = reader.read();
  await reader.cancel();

  expect([await reading, await browser.poll()]).toEqual([
    { done: true, value: undefined },
    'c[3000,"Go away!"]\n',
  ]);
});

test("`writable` sends what is written", async () => {
  const capture = captureConnections();
  const browser = createBrowser(sockjs(capture));
  await browser.poll();
  const writer = capture.connection.writable.getWriter();
  await writer.write("a");
  await writer.write("b");

  expect(await browser.poll()).toBe('a["a","b"]\n');
});

test("`writable` holds its writer back above 64 KiB until the browser has taken enough", async () => {
  const capture = captureConnections();
  const browser = createBrowser(sockjs(capture));
  await browser.poll();
  const writer = capture.connection.writable.getWriter();
  const small = await isSettled(writer.write("x".repeat(65_535)));
  const large = writer.write("x");
  const waits = !(await isSettled(large));
  await browser.poll();

  expect([small, waits, await isSettled(large)]).toEqual([true, true, true]);
});

test("`writable` lets its writer go when the connection closes", async () => {
  const capture = captureConnections();
  const browser = createBrowser(sockjs(capture));
  const stream = await browser.stream();
  const writer = capture.connection.writable.getWriter();
  const writing = Promise.all([writer.write("x".repeat(65_536)), writer.write("x")]);
  await stream.leave();

  expect(await isSettled(writing)).toBe(true);
});

test("`writable` refuses what is no string", async () => {
  const capture = captureConnections();
  await createBrowser(sockjs(capture)).poll();
  const writer = capture.connection.writable.getWriter();

  await expect(writer.write(1 as never)).rejects.toThrow(
    new TypeError("Cannot send message: it must be a string"),
  );
  await expect(writer.closed).rejects.toThrow(TypeError);
});

test("closing `writable` closes the connection after what was written", async () => {
  const capture = captureConnections();
  const browser = createBrowser(sockjs(capture));
  await browser.poll();
  const writer = capture.connection.writable.getWriter();
  await writer.write("a");
  await writer.close();

  expect([await browser.poll(), await browser.poll()]).toEqual([
    'a["a"]\n',
    'c[3000,"Go away!"]\n',
  ]);
});

test("aborting `writable` closes the connection", async () => {
  const capture = captureConnections();
  const browser = createBrowser(sockjs(capture));
  await browser.poll();
  await capture.connection.writable.abort();

  expect(await browser.poll()).toBe('c[3000,"Go away!"]\n');
});

test("piping `readable` to `writable` echoes", async () => {
  const server = sockjs((connection) => connection.readable.pipeTo(connection.writable));
  const browser = createBrowser(server);
  const stream = await browser.stream();
  await browser.send("a");

  expect(await stream.next()).toBe('a["a"]\n');
});

test("`drain` runs when the browser has taken enough", async () => {
  const journal: number[] = [];
  const capture = captureConnections();
  const server = sockjs({
    open: capture.open,
    drain: (connection) => void journal.push(connection.bufferedAmount),
  });
  const browser = createBrowser(server);
  await browser.poll();
  capture.connection.send("x".repeat(65_536));
  await settle();
  const before = [...journal];
  await browser.poll();

  expect([before, journal]).toEqual([[], [0]]);
});
