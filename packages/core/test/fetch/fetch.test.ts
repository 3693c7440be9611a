import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { toIncoming, toResponse } from "../../src/fetch/fetch.ts";
import { createServer } from "../../src/server.ts";
import { sockjs } from "../../src/sockjs.ts";
import { TurnQueue } from "../../src/time/turn-queue.ts";
import { createBrowser, type Browser } from "../support/browser.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A body in chunks, without a `Content-Length`. */
function chunked(...chunks: readonly string[]): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(encoder.encode(chunk));
      controller.close();
    },
  });
}

function broken(): ReadableStream<Uint8Array> {
  return new ReadableStream({
    start(controller) {
      controller.enqueue(new TextEncoder().encode('["lo'));
    },
    pull(controller) {
      controller.error(new Error("connection reset"));
    },
  });
}

interface Fixture {
  readonly browser: Browser;
  readonly messages: string[];
  post(body: BodyInit | null, headers?: Readonly<Record<string, string>>): Promise<Response>;
}

async function openSession(
  limits: { maxBodySize?: number; maxMessageSize?: number } = {},
): Promise<Fixture> {
  const messages: string[] = [];
  const browser = createBrowser(
    sockjs({ message: (_connection, text) => void messages.push(text) }, limits),
  );
  await browser.poll();
  const post: Fixture["post"] = (body, headers = {}) =>
    browser.request("/000/s1/xhr_send", {
      method: "POST",
      body,
      headers,
      ...(body instanceof ReadableStream && { duplex: "half" }),
    });
  return { browser, messages, post };
}

test("a body in chunks is joined, also within a character", async () => {
  const { messages, browser } = await openSession();
  const euro = new TextEncoder().encode('["€"]');
  const body = new ReadableStream({
    start(controller) {
      controller.enqueue(euro.subarray(0, 3));
      controller.enqueue(euro.subarray(3));
      controller.close();
    },
  });
  const init = { method: "POST", body, duplex: "half" as const };
  const { status } = await browser.request("/000/s1/xhr_send", init);

  expect([status, messages]).toEqual([204, ["€"]]);
});

test("a body of exactly `maxBodySize` is taken, with and without `Content-Length`", async () => {
  const { messages, post } = await openSession({ maxBodySize: 7 });
  const known = await post('["abc"]', { "content-length": "7" });
  const unknown = await post(chunked('["a', 'bc"]'));

  expect([known.status, unknown.status, messages]).toEqual([204, 204, ["abc", "abc"]]);
});

test.each([
  ["with `Content-Length`", '["abcd"]', { "content-length": "8" }],
  ["in chunks", chunked('["a', 'bcd"]'), undefined],
])(
  "a body above `maxBodySize` %s is 413, and nothing of it is delivered",
  async (_how, body, headers) => {
    const { messages, post } = await openSession({ maxBodySize: 7 });
    const response = await post(body, headers);

    expect([response.status, await response.text(), messages]).toEqual([
      413,
      "Payload larger than 7 bytes\n",
      [],
    ]);
  },
);

test("a large body with a `Content-Length` is read as it comes", async () => {
  const { messages, post } = await openSession();
  const text = "x".repeat(20_000);
  const { status } = await post(chunked('["', text, '"]'), { "content-length": "20004" });

  expect([status, messages]).toEqual([204, [text]]);
});

test.each([
  { size: 16_384, status: 200, left: 1 },
  { size: 16_385, status: 413, left: 0 },
])(
  "where the runtime hoards bodies, a receiver's of $size bytes is read before the answer: $status",
  async ({ size, status, left }) => {
    const server = createServer({}, {}, { unreadChunks: "hoarded" });
    const request = new Request("http://localhost/000/s1/xhr_streaming", {
      method: "POST",
      headers: { "content-length": String(size) },
      body: chunked("x".repeat(size)),
      duplex: "half",
    } as RequestInit); // the type of `RequestInit` lacks it
    const response = await server.fetch(request);

    expect([response.status, request.bodyUsed, server.stats().receivers]).toEqual([
      status,
      true,
      left,
    ]);
  },
);

test("where the runtime hoards bodies, a receiver whose body breaks is given up", async () => {
  const server = createServer({}, {}, { unreadChunks: "hoarded" });
  const request = new Request("http://localhost/000/s1/xhr_streaming", {
    method: "POST",
    headers: { "content-length": "100" },
    body: broken(),
    duplex: "half",
  } as RequestInit); // the type of `RequestInit` lacks it
  const response = await server.fetch(request);

  expect([response.status, server.stats().receivers]).toEqual([413, 0]);
});

test("a body that never ends is given up at `maxBodySize`", async () => {
  const { post } = await openSession({ maxBodySize: 1000 });
  let cancelled = false;
  const endless = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(100)),
    cancel() {
      cancelled = true;
    },
  });
  const response = await post(endless);

  expect([response.status, cancelled]).toEqual([413, true]);
});

test("a body that breaks is 400, and the session lives on", async () => {
  const { messages, post, browser } = await openSession();
  const response = await post(broken());

  expect([response.status, await response.text(), messages, await browser.send("a")]).toEqual([
    400,
    "Payload ended early\n",
    ["a"],
    204,
  ]);
});

test.each([
  ["nothing", null, 500, "Payload expected.\n"],
  ["an empty text", "", 500, "Payload expected.\n"],
  ["an object", "{}", 500, "Payload expected.\n"],
  ["half an array", '["a', 500, "Broken JSON encoding.\n"],
  ["a number in an array", '["a",1]', 500, "Broken JSON encoding.\n"],
  [
    "bytes that are no UTF-8",
    new Uint8Array([0x5b, 0x22, 0xff, 0x22, 0x5d]),
    500,
    "Broken JSON encoding.\n",
  ],
])("a body of %s is refused, and the session lives on", async (_name, body, status, text) => {
  const { messages, post, browser } = await openSession();
  const response = await post(body);

  expect([response.status, await response.text(), messages, await browser.send("a")]).toEqual([
    status,
    text,
    ["a"],
    204,
  ]);
});

test("a message of exactly `maxMessageSize` bytes is taken; one byte more is 413", async () => {
  const { messages, post } = await openSession({ maxMessageSize: 4 });
  const fits = await post('["a","€a"]');
  const larger = await post('["b","€ab"]');

  expect([fits.status, larger.status, await larger.text(), messages]).toEqual([
    204,
    413,
    "Message larger than 4 bytes\n",
    ["a", "€a"],
  ]);
});

test("the body of an unknown session is not read", async () => {
  const server = sockjs({});
  const body = chunked('["a"]');
  const request = new Request("http://localhost/000/nobody/xhr_send", {
    method: "POST",
    body,
    duplex: "half",
  } as RequestInit); // the type of `RequestInit` lacks it
  const { status } = await server.fetch(request);

  expect([status, request.bodyUsed]).toEqual([404, false]);
});

test.each([
  ["http://localhost/echo/info?t=1#x", "/echo/info", "t=1"],
  ["http://localhost", "/", ""],
  ["http://localhost/a?b?c", "/a", "b?c"],
  ["http://user.example:81/a%20b/%C3%A9?x=%20", "/a%20b/%C3%A9", "x=%20"],
  ["http://localhost/a#b?c", "/a", ""],
])("`toIncoming()` of %s", (url, path, query) => {
  const incoming = toIncoming(new Request(url), [], {});

  expect([incoming.path, incoming.query]).toEqual([path, query]);
});

test("`toIncoming()` reads a URL that is a path alone", () => {
  const request = { url: "/echo/info?t=1", method: "GET", headers: new Headers() } as Request;
  const incoming = toIncoming(request, [], {});

  expect([incoming.path, incoming.query, incoming.toRequest().url]).toEqual([
    "/echo/info",
    "t=1",
    "http://localhost/echo/info?t=1",
  ]);
});

test("`snapshot()` gives the request as it was, when the runtime has let it go", () => {
  let gone = false;
  const original = new Request("http://localhost/x", { headers: { "x-a": "b" } });
  const request = new Proxy(original, {
    get(target, name) {
      if (gone) throw new TypeError("request closed");
      return Reflect.get(target, name, target) as unknown;
    },
  });
  const snapshot = toIncoming(request, [], {}).snapshot();
  gone = true;
  const copy = snapshot();

  expect([copy.url, copy.headers.get("x-a")]).toEqual(["http://localhost/x", "b"]);
});

const REQUEST = new Request("http://localhost/");
const TURNS = new TurnQueue();

test("`toResponse()` gives a bodyless answer no type of its own", async () => {
  const response = await toResponse(
    { kind: "text", status: 405, headers: { Allow: "GET" }, body: null },
    REQUEST,
    {},
    TURNS,
  );

  expect([response.status, [...response.headers], response.body]).toEqual([
    405,
    [["allow", "GET"]],
    null,
  ]);
});

test("`toResponse()` gives the application's own response as it is", async () => {
  const own = new Response("no", { status: 401 });
  const reply = { kind: "response", response: own } as const;

  expect(await toResponse(reply, REQUEST, {}, TURNS)).toBe(own);
});

test("a body that was read before is reported, and answered 500", async () => {
  const errors: string[] = [];
  const server = sockjs({}, { onError: ({ message }) => void errors.push(message) });
  const browser = createBrowser(server);
  await browser.poll();
  const request = new Request("http://localhost/000/s1/xhr_send", { method: "POST", body: "[]" });
  await request.text();
  const response = await server.fetch(request);

  expect([response.status, errors]).toEqual([
    500,
    [
      "Cannot read request: its body was read before it came here. Put the SockJS server above whatever reads bodies",
    ],
  ]);
});
