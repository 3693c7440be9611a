import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { SockJSError } from "../../src/options/errors.ts";
import { createServer } from "../../src/server.ts";
import { defer, settle } from "../support/promises.ts";
import { RecordedSink } from "../support/recorded-sink.ts";
import { createWebSocketServer, HANDSHAKE } from "../support/websocket.ts";

const RAW = "/websocket";

/** A sink whose runtime can stop reading. */
class PausableSink extends RecordedSink {
  pause(): void {
    this.journal.push(["pause"]);
  }

  resume(): void {
    this.journal.push(["resume"]);
  }
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("a WebSocket gets the open frame, and each answer in a frame", async () => {
  const { open } = createWebSocketServer({
    message: (connection, text) => connection.send(text),
  });
  const { sink, listener } = await open();
  listener.message('["a","b"]');
  listener.message('"c"');
  await settle();

  expect(sink.journal).toEqual(["o", 'a["a","b","c"]']);
});

test("a raw WebSocket gets messages as they are, empty ones included", async () => {
  const { open } = createWebSocketServer({
    message: (connection, text) => connection.send(text),
  });
  const { sink, listener } = await open(RAW);
  listener.message('["a"]');
  listener.message("");
  await settle();

  expect(sink.journal).toEqual(['["a"]', ""]);
});

test("a SockJS WebSocket ignores empty messages", async () => {
  const messages: string[] = [];
  const { open } = createWebSocketServer({
    message: (_connection, text) => void messages.push(text),
  });
  const { sink, listener } = await open();
  listener.message("");
  listener.message("[]");

  expect([messages, sink.journal]).toEqual([[], ["o"]]);
});

test.each([["[1]"], ["{}"], ["a"], ['["a"'], ["null"]])(
  "the broken message `%s` cuts a SockJS WebSocket, and leaves nothing behind",
  async (message) => {
    const closed: unknown[] = [];
    const { server, open } = createWebSocketServer({
      close: (_connection, info) => void closed.push(info),
    });
    const { sink, listener } = await open();
    listener.message(message);

    expect([sink.journal, closed, server.stats().sessions, vi.getTimerCount()]).toEqual([
      ["o", ["terminate"]],
      [{ code: 1006, reason: "Broken JSON encoding", wasClean: false }],
      0,
      0,
    ]);
  },
);

test.each([["/000/s1/websocket"], [RAW]])("a binary message cuts %s", async (path) => {
  const closed: unknown[] = [];
  const { open } = createWebSocketServer({
    close: (_connection, info) => void closed.push(info),
  });
  const { sink, listener } = await open(path);
  listener.binary();

  expect([sink.journal.at(-1), closed]).toEqual([
    ["terminate"],
    [{ code: 1006, reason: "Binary message", wasClean: false }],
  ]);
});

test("a message above `maxMessageSize` closes with 1009, and nothing of it is delivered", async () => {
  const messages: string[] = [];
  const { open } = createWebSocketServer(
    { message: (_connection, text) => void messages.push(text) },
    { maxMessageSize: 4 },
  );
  const { sink, listener } = await open();
  listener.message('["€a"]');
  listener.message('["b","€ab"]');

  expect([messages, sink.journal]).toEqual([
    ["€a"],
    ["o", 'c[1009,"Message too big"]', ["end", 1009, "Message too big"]],
  ]);
});

test("a WebSocket message above `maxBodySize` closes with 1009, where the runtime lets it through", async () => {
  const { open } = createWebSocketServer({}, { maxBodySize: 1000 });
  const { sink, listener } = await open();
  listener.message(JSON.stringify(["x".repeat(1000)]));

  expect(sink.journal).toEqual([
    "o",
    'c[1009,"Message too big"]',
    ["end", 1009, "Message too big"],
  ]);
});

test("more unread messages than `maxUnreadAmount` pause a WebSocket until there is room", async () => {
  const first = defer();
  const { open } = createWebSocketServer({ message: () => first.promise }, { maxUnreadAmount: 64 });
  const { sink, listener } = await open("/000/s1/websocket", new PausableSink());
  listener.message('["a","b"]');
  const paused = [...sink.journal];
  first.resolve();
  await settle();

  expect([paused, sink.journal]).toEqual([
    ["o", ["pause"]],
    ["o", ["pause"], ["resume"]],
  ]);
});

test("more unread messages than `maxUnreadAmount` close a WebSocket that cannot pause with 1013", async () => {
  const { open } = createWebSocketServer(
    { message: () => defer().promise },
    { maxUnreadAmount: 64 },
  );
  const { sink, listener } = await open();
  listener.message('["a","b"]');

  expect(sink.journal).toEqual(["o", 'c[1013,"Too much data waiting"]', ["end", 1000, ""]]);
});

test("the peer's close is told with its code", async () => {
  const closed: unknown[] = [];
  const { server, open } = createWebSocketServer({
    close: (_connection, info) => void closed.push(info),
  });
  const { listener } = await open();
  listener.closed(4001, "done", true);
  listener.closed(1006, "", false);

  expect([closed, server.stats().sessions, vi.getTimerCount()]).toEqual([
    [{ code: 4001, reason: "done", wasClean: true }],
    0,
    0,
  ]);
});

test("messages after the close are ignored", async () => {
  const messages: string[] = [];
  const { open } = createWebSocketServer({
    open: (connection) => connection.close(),
    message: (_connection, text) => void messages.push(text),
  });
  const { listener } = await open();
  listener.message('["late"]');
  listener.binary();

  expect(messages).toEqual([]);
});

test("two WebSockets may have one session id", async () => {
  const { server, open } = createWebSocketServer({});
  const [first, second] = [await open(), await open()];

  expect([first.sink.journal, second.sink.journal, server.stats().open]).toEqual([["o"], ["o"], 2]);
});

test("`connection.transport` tells the two WebSockets apart", async () => {
  const transports: string[] = [];
  const { open } = createWebSocketServer({
    open: (connection) => void transports.push(connection.transport),
  });
  await open();
  await open(RAW);

  expect(transports).toEqual(["websocket", "websocket-raw"]);
});

test("the runtime is told limits, delays and cookies", async () => {
  const { open } = createWebSocketServer(
    {},
    { jsessionid: true, maxBodySize: 2000, maxMessageSize: 1000, pongTimeout: 7 },
  );
  const { listener } = await open();
  const raw = await open(RAW);
  const common = {
    heartbeatDelay: 25_000,
    pongTimeout: 7,
    headers: { "Set-Cookie": "JSESSIONID=dummy; path=/" },
  };

  expect([listener.settings, raw.listener.settings]).toEqual([
    { ...common, maxPayload: 2000 },
    { ...common, maxPayload: 1000 },
  ]);
});

test("a runtime that cannot upgrade a request is answered 500 and reported, and nothing is left", async () => {
  const errors: SockJSError[] = [];
  const cause = new Error("Cannot upgrade to a WebSocket: write it otherwise");
  const server = createServer(
    {},
    { onError: (error) => void errors.push(error) },
    {
      upgrade() {
        throw cause;
      },
    },
  );
  const response = await server.fetch(
    new Request("http://localhost/000/s1/websocket", { headers: { ...HANDSHAKE } }),
  );

  expect([response.status, await response.text(), server.stats().sessions]).toEqual([
    500,
    `${cause.message}\n`,
    0,
  ]);
  expect(errors.map(({ code, message, cause: found }) => [code, message, found])).toEqual([
    ["ERR_SOCKJS_UPGRADE", cause.message, cause],
  ]);
});

test("without a runtime's upgrade `info` says so, and a handshake is 501", async () => {
  const server = createServer({});
  const info = await server.fetch(new Request("http://localhost/info"));
  const handshake = new Request("http://localhost/websocket", { headers: { ...HANDSHAKE } });

  expect([await info.json(), (await server.fetch(handshake)).status]).toEqual([
    expect.objectContaining({ websocket: false }),
    501,
  ]);
});

const NOT_VALID = "Not a valid websocket request:";

test.each([
  [{ upgrade: "h2c" }, 400, `${NOT_VALID} can "Upgrade" only to "WebSocket"\n`],
  [{ upgrade: "" }, 400, `${NOT_VALID} can "Upgrade" only to "WebSocket"\n`],
  [{ connection: "close" }, 400, `${NOT_VALID} "Connection" must be "Upgrade"\n`],
  [{ connection: "keep-alive, upgraded" }, 400, `${NOT_VALID} "Connection" must be "Upgrade"\n`],
  [
    { "sec-websocket-key": "short" },
    400,
    `${NOT_VALID} "Sec-WebSocket-Key" is missing or malformed\n`,
  ],
  [{ "sec-websocket-version": "8" }, 426, `${NOT_VALID} "Sec-WebSocket-Version" must be 13\n`],
])("a handshake with %j is %i", async (headers, status, body) => {
  const { request, listeners } = createWebSocketServer({});
  const response = await request(RAW, { ...HANDSHAKE, ...headers });

  expect([response.status, await response.text(), listeners]).toEqual([status, body, []]);
});

test.each([
  [{ upgrade: "WebSocket" }],
  [{ connection: "keep-alive, UPGRADE" }],
  [{ connection: "upgrade,foo" }],
])("a handshake with %j is taken", async (headers) => {
  const { request, listeners } = createWebSocketServer({});
  await request(RAW, { ...HANDSHAKE, ...headers });

  expect(listeners.length).toBe(1);
});

test("a handshake from a wrong origin is 403", async () => {
  const { request, listeners } = createWebSocketServer({}, { origins: ["https://a.example"] });
  const response = await request(RAW, { ...HANDSHAKE, origin: "https://b.example" });

  expect([response.status, listeners]).toEqual([403, []]);
});

test("a client that leaves before its WebSocket is open leaves nothing behind", async () => {
  const journal: string[] = [];
  const { server, request, listeners } = createWebSocketServer({
    open: () => void journal.push("open"),
    close: () => void journal.push("close"),
  });
  await request(RAW);
  listeners[0]?.interrupted();

  expect([journal, server.stats().sessions, vi.getTimerCount()]).toEqual([[], 0, 0]);
});

test("closing the server closes WebSockets", async () => {
  const { server, open } = createWebSocketServer({});
  const { sink } = await open();
  await server.close();

  expect([sink.journal, server.stats().sessions, vi.getTimerCount()]).toEqual([
    ["o", 'c[1001,"Server is shutting down"]', ["end", 1000, ""]],
    0,
    0,
  ]);
});
