import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { sockjs } from "../../src/sockjs.ts";
import { createBrowser } from "../support/browser.ts";
import { captureConnections } from "../support/capture.ts";
import { settle } from "../support/promises.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("`id` is random, unique, and not the session id", async () => {
  const capture = captureConnections();
  const browser = createBrowser(sockjs(capture));
  await browser.poll("s1");
  await browser.poll("s2");

  const ids = capture.connections.map((connection) => connection.id);
  expect(ids).toEqual([expect.stringMatching(UUID), expect.stringMatching(UUID)]);
  expect(new Set(ids).size).toBe(2);
});

test("`id` stays the same", async () => {
  const capture = captureConnections();
  await createBrowser(sockjs(capture)).poll();

  expect(capture.connection.id).toBe(capture.connection.id);
});

test.each([
  ["xhr", "POST", "xhr-polling"],
  ["xhr_streaming", "POST", "xhr-streaming"],
  ["eventsource", "GET", "eventsource"],
  ["htmlfile?c=cb", "GET", "htmlfile"],
  ["jsonp?c=cb", "GET", "jsonp-polling"],
])("`transport` of a connection opened by %s", async (segment, method, name) => {
  const capture = captureConnections();
  await createBrowser(sockjs(capture)).request(`/000/s1/${segment}`, { method });
  await vi.advanceTimersByTimeAsync(1);

  expect(capture.connection.transport).toBe(name);
});

test("`request` is the opening request without its body", async () => {
  const capture = captureConnections();
  const browser = createBrowser(sockjs(capture));
  await browser.request("/000/s1/xhr?t=1", { method: "POST", body: "x", headers: { "x-a": "b" } });
  const { request } = capture.connection;

  expect([request.url, request.method, request.headers.get("x-a"), request.body]).toEqual([
    "http://localhost/000/s1/xhr?t=1",
    "POST",
    "b",
    null,
  ]);
});

test.each([
  ["*" as const, [null, null]],
  ["same-origin" as const, ["a=b", "Basic eDp5"]],
])("`request` under `origins: %j` has the credentials %j", async (origins, credentials) => {
  const capture = captureConnections();
  const headers = { cookie: "a=b", authorization: "Basic eDp5" };
  await createBrowser(sockjs(capture, { origins }), "", headers).poll();
  const { request } = capture.connection;

  expect([request.headers.get("cookie"), request.headers.get("authorization")]).toEqual(
    credentials,
  );
});

test("`remoteAddress` is absent where the runtime does not tell", async () => {
  const capture = captureConnections();
  await createBrowser(sockjs(capture)).poll();

  expect(capture.connection.remoteAddress).toBe(undefined);
});

test("`context` is absent without `authorize`", async () => {
  const capture = captureConnections();
  await createBrowser(sockjs(capture)).poll();

  expect(capture.connection.context).toBe(undefined);
});

test("`readyState` is 1 in `open`, 2 while queued messages go out, 3 in `close`", async () => {
  const states: number[] = [];
  const server = sockjs({
    open(connection) {
      states.push(connection.readyState);
      connection.send("a");
      connection.close();
      states.push(connection.readyState);
    },
    close: (connection) => void states.push(connection.readyState),
  });
  const browser = createBrowser(server);
  const frames = [await browser.poll(), await browser.poll(), await browser.poll()];

  expect([states, frames]).toEqual([
    [1, 2, 3],
    ["o\n", 'a["a"]\n', 'c[3000,"Go away!"]\n'],
  ]);
});

test("`send()` in `open` follows the open frame", async () => {
  const server = sockjs({ open: (connection) => connection.send("hello") });
  const browser = createBrowser(server);

  expect([await browser.poll(), await browser.poll()]).toEqual(["o\n", 'a["hello"]\n']);
});

test("`send()` reaches a poll that waits", async () => {
  const capture = captureConnections();
  const browser = createBrowser(sockjs(capture));
  await browser.poll();
  const polling = browser.poll();
  await settle();
  capture.connection.send("a");
  capture.connection.send("b");

  expect(await polling).toBe('a["a","b"]\n');
});

test.each([[1], [null], [undefined], [{}], [new Uint8Array(1)]])(
  "`send(%j)` is a TypeError",
  async (message) => {
    const capture = captureConnections();
    await createBrowser(sockjs(capture)).poll();

    expect(() => capture.connection.send(message as never)).toThrow(
      new TypeError("Cannot send message: it must be a string"),
    );
  },
);

test("`send()` after closing is ignored", async () => {
  const capture = captureConnections();
  const browser = createBrowser(sockjs(capture));
  await browser.poll();
  capture.connection.close();
  capture.connection.send("late");

  expect([await browser.poll(), capture.connection.bufferedAmount]).toEqual([
    'c[3000,"Go away!"]\n',
    0,
  ]);
});

test("`bufferedAmount` counts messages until they are fetched", async () => {
  const capture = captureConnections();
  const browser = createBrowser(sockjs(capture));
  await browser.poll();
  capture.connection.send("€");
  const before = capture.connection.bufferedAmount;
  await browser.poll();

  expect([before, capture.connection.bufferedAmount]).toEqual([3, 0]);
});

test("messages are handed to the `message` hook one by one, in order", async () => {
  const messages: string[] = [];
  const browser = createBrowser(
    sockjs({ message: (_connection, text) => void messages.push(text) }),
  );
  await browser.poll();
  const statuses = [await browser.send("a", "b"), await browser.send(), await browser.send("c")];

  expect([messages, statuses]).toEqual([
    ["a", "b", "c"],
    [204, 204, 204],
  ]);
});

test("messages after a hook has closed the connection are dropped", async () => {
  const messages: string[] = [];
  const server = sockjs({
    message(connection, text) {
      messages.push(text);
      connection.close();
    },
  });
  const browser = createBrowser(server);
  await browser.poll();

  const statuses = [await browser.send("a", "b"), await browser.send("c")];

  expect([statuses, messages]).toEqual([[204, 204], ["a"]]); // as long as the browser has not been told
});

test("`subscribe()` gets what others publish, `unsubscribe()` ends it", async () => {
  const capture = captureConnections();
  const browser = createBrowser(sockjs(capture));
  await browser.poll("s1");
  await browser.poll("s2");
  const [first, second] = capture.connections;
  first?.subscribe("news");
  second?.publish("news", "a");
  first?.unsubscribe("news");
  second?.publish("news", "b");

  expect(await browser.poll("s1")).toBe('a["a"]\n');
});

test("`publish()` leaves the publisher out", async () => {
  const capture = captureConnections();
  const server = sockjs(capture);
  const browser = createBrowser(server);
  await browser.poll("s1");
  await browser.poll("s2");
  for (const connection of capture.connections) connection.subscribe("news");
  capture.connections[0]?.publish("news", "a");

  expect(capture.connections.map((connection) => connection.bufferedAmount)).toEqual([0, 1]);
});

test("`publish()` refuses what is no string", async () => {
  const capture = captureConnections();
  await createBrowser(sockjs(capture)).poll();

  expect(() => capture.connection.publish("news", 1 as never)).toThrow(
    new TypeError("Cannot publish message: it must be a string"),
  );
});

test("a closed connection has left its topics, and joins none", async () => {
  const capture = captureConnections();
  const server = sockjs({
    open: capture.open,
    close: (connection) => connection.subscribe("late"),
  });
  const browser = createBrowser(server);
  await browser.poll();
  capture.connection.subscribe("news");
  capture.connection.subscribe("weather");
  const before = server.stats().topics;
  capture.connection.close();

  expect([before, server.stats().topics]).toEqual([2, 0]);
});

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
