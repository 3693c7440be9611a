import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SockJSError } from "../src/options/errors.ts";
import type { Hooks } from "../src/connection/connection.ts";
import type { LogEntry } from "../src/options/options.ts";
import { sockjs } from "../src/sockjs.ts";
import { createBrowser } from "./support/browser.ts";
import { captureConnections } from "./support/capture.ts";

const FAILED_FRAME = 'c[1011,"Internal error"]\n';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each<[hook: string, hooks: Hooks]>([
  ["throwing `open`", { open: fail }],
  ["rejecting `open`", { open: reject }],
  ["throwing `message`", { message: fail }],
  ["rejecting `message`", { message: reject }],
])("a %s closes its connection with 1011, and is reported", async (_hook, hooks) => {
  const errors: SockJSError[] = [];
  const server = sockjs(hooks, { onError: (error) => void errors.push(error) });
  const browser = createBrowser(server);
  const stream = await browser.stream();
  await browser.send("a");

  expect([await stream.next(), await stream.next()]).toEqual([FAILED_FRAME, undefined]);
  expect(errors).toEqual([expect.any(SockJSError)]);
  expect([errors[0]?.name, errors[0]?.code, errors[0]?.cause]).toEqual([
    "SockJSError",
    "ERR_SOCKJS_HOOK",
    FAILURE,
  ]);
});

test("a function handler that throws closes its connection with 1011", async () => {
  const stream = await createBrowser(sockjs(fail)).stream();

  expect(await stream.next()).toBe(FAILED_FRAME);
});

test("a `close` hook that throws is reported", async () => {
  const messages: string[] = [];
  const capture = captureConnections();
  const server = sockjs(
    { open: capture.open, close: fail },
    { onError: (error) => void messages.push(error.message) },
  );
  await createBrowser(server).poll();
  capture.connection.close();

  expect(messages).toEqual(['Cannot run hook "close": it failed']);
});

test("a failing hook does not disturb other connections", async () => {
  const server = sockjs({
    message(connection, text) {
      if (text === "fail") fail();
      connection.send(text);
    },
  });
  const browser = createBrowser(server);
  const other = await browser.stream("s2");
  await browser.poll("s1");
  await browser.send("fail");
  server.broadcast("a");

  expect([await browser.poll("s1"), await other.next()]).toEqual([FAILED_FRAME, 'a["a"]\n']);
});

test("an `onError` that throws is let be", async () => {
  const server = sockjs({ open: fail }, { onError: fail });
  const stream = await createBrowser(server).stream();

  expect(await stream.next()).toBe(FAILED_FRAME);
});

test("a `log` that throws is let be", async () => {
  const server = sockjs({ open: fail }, { log: fail });
  const stream = await createBrowser(server).stream();

  expect(await stream.next()).toBe(FAILED_FRAME);
});

test("an `onError` that rejects is let be", async () => {
  const rejected = watchedRejection();
  const server = sockjs({ open: fail }, { onError: () => rejected.promise });
  await createBrowser(server).poll();

  expect(rejected.isHandled()).toBe(true);
});

test("a `log` that rejects is let be", async () => {
  const rejected = watchedRejection();
  await createBrowser(sockjs({}, { log: () => rejected.promise })).poll();

  expect(rejected.isHandled()).toBe(true);
});

test("`log` hears of connections that open and close", async () => {
  const entries: LogEntry[] = [];
  const capture = captureConnections();
  const server = sockjs(capture, { log: (entry) => void entries.push(entry) });
  await createBrowser(server).poll();
  const { id } = capture.connection;
  capture.connection.close();

  expect(entries).toEqual([
    { level: "info", event: "open", connection: id, transport: "xhr-polling" },
    { level: "info", event: "close", connection: id, code: 3000, wasClean: true },
  ]);
});

test("`log` hears of who was refused, and why", async () => {
  const entries: LogEntry[] = [];
  const log = (entry: LogEntry): void => void entries.push(entry);
  const origins = ["https://a.example"];
  const refused = new Response(null, { status: 401 });
  await createBrowser(sockjs({}, { log, origins }), "", { origin: "https://b.example" }).poll();
  await createBrowser(sockjs({}, { log, authorize: () => refused as never })).poll();
  const full = createBrowser(sockjs({}, { log, maxSessions: 1 }));
  await full.poll("s1");
  entries.splice(2, 1);
  await full.poll("s2");

  expect(entries).toEqual([
    { level: "warn", event: "refuse", reason: "origin" },
    { level: "info", event: "refuse", reason: "authorize", status: 401 },
    { level: "warn", event: "refuse", reason: "maxSessions" },
  ]);
});

test("`log` hears of failures", async () => {
  const entries: LogEntry[] = [];
  await createBrowser(sockjs({ open: fail }, { log: (entry) => void entries.push(entry) })).poll();

  expect(entries).toContainEqual({
    level: "error",
    event: "error",
    code: "ERR_SOCKJS_HOOK",
    message: 'Cannot run hook "open": it failed',
  });
});

const FAILURE = new Error("failed on purpose");

function fail(): never {
  throw FAILURE;
}

function reject(): Promise<never> {
  return Promise.reject(FAILURE);
}

/** A promise that rejects, and that knows whether anybody but the test minds. */
function watchedRejection(): { readonly promise: Promise<never>; isHandled(): boolean } {
  const promise = reject();
  promise.catch(() => {}); // else the test process would be told of it
  const then = vi.spyOn(promise, "then");
  return { promise, isHandled: () => then.mock.calls.length > 0 };
}
