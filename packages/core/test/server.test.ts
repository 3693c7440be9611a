import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Options } from "../src/options/options.ts";
import { createServer } from "../src/server.ts";
import { INNER, innerOf } from "../src/seam/exchange.ts";
import { sockjs } from "../src/sockjs.ts";
import { createBrowser } from "./support/browser.ts";
import { captureConnections } from "./support/capture.ts";
import { isSettled, settle } from "./support/promises.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test.each([[undefined], [null], ["echo"], [1]])("`sockjs(%j)` is a TypeError", (handler) => {
  expect(() => sockjs(handler as never)).toThrow(
    new TypeError("Handler must be a function or an object of hooks"),
  );
});

test("`sockjs()` checks its options at once", () => {
  expect(() => sockjs({}, { prefix: "echo" })).toThrow(
    new TypeError(
      'Option "prefix" must be a percent-encoded path that starts with "/", or empty, not "echo"',
    ),
  );
});

test("a server is a `fetch` function, and its own `fetch`", async () => {
  const server = sockjs({});
  const { fetch } = server;

  expect(server.fetch).toBe(server);
  expect((await fetch(new Request("http://localhost/"))).status).toBe(200);
});

test("two servers share nothing", async () => {
  const [first, second] = [sockjs({}), sockjs({})];
  await createBrowser(first).poll("s1");

  expect([await createBrowser(second).send("a"), first.stats().sessions, second.stats().sessions]) //
    .toEqual([404, 1, 0]);
});

test.each([
  ["/echo", "/echo"],
  ["/echo/", "/echo"],
  ["/a/b", "/a/b"],
  ["/", ""],
  ["", ""],
])("the prefix %j serves below %j", async (prefix, base) => {
  const response = await sockjs({}, { prefix }).fetch(new Request(`http://localhost${base}/`));

  expect(await response.text()).toBe("Welcome to SockJS!\n");
});

test("a path outside the prefix is 404 in plain text", async () => {
  const response = await sockjs({}, { prefix: "/echo" }).fetch(new Request("http://localhost/x"));

  expect([response.status, await response.text(), [...response.headers]]).toEqual([
    404,
    "Not found\n",
    [
      ["cache-control", "no-store, no-cache, no-transform, must-revalidate, max-age=0"],
      ["content-type", "text/plain; charset=UTF-8"],
      ["x-content-type-options", "nosniff"],
    ],
  ]);
});

test("`owns()` tells paths below the prefix from those beside it", () => {
  const inner = createServer({}, { prefix: "/echo" })[INNER];
  const paths = ["/echo", "/echo/", "/echo/info", "/echoes", "/ech", "/", "", "/x/echo"];

  expect(paths.filter((path) => inner.owns(path))).toEqual(["/echo", "/echo/", "/echo/info"]);
});

test("`innerOf()` knows servers from other functions", () => {
  const server = createServer({});

  expect([innerOf(server) === server[INNER], innerOf(() => {})]).toEqual([true, undefined]);
});

test("`fetch` takes a Proxy whose `valueOf` gives the request, as routers pass", async () => {
  const request = new Request("http://localhost/");
  const proxy = new Proxy(request, {
    get: (target, name) =>
      name === "valueOf" ? () => target : (Reflect.get(target, name, target) as unknown),
  });

  expect((await sockjs({}).fetch(proxy)).status).toBe(200);
});

test("a runtime's part gets the original request, and what was passed after it", async () => {
  const given: unknown[] = [];
  const note = (request: Request, args: readonly unknown[]): undefined => {
    given.push([request, ...args]);
  };
  const server = createServer({}, {}, { remoteAddress: note, liftTimeout: note });
  const request = new Request("http://localhost/000/s1/xhr", { method: "POST" });
  await server.fetch(request, "env", "context");

  expect(given).toEqual([
    [request, "env", "context"],
    [request, "env", "context"],
  ]);
});

test.each<[failing: string, options: Options, path: string]>([
  ["`origins`", { origins: fail }, "/000/s1/xhr"],
  ["`jsessionid`", { jsessionid: fail }, "/000/s1/xhr"],
])("`fetch` answers 500 when %s throws, and tells `onError`", async (_name, options, path) => {
  const onError = vi.fn<(error: Error) => void>();
  const server = sockjs({}, { ...options, onError });
  const headers = { origin: "https://a.example" };
  const response = await server.fetch(
    new Request(`http://localhost${path}`, { method: "POST", headers }),
  );

  expect([response.status, await response.text(), onError.mock.calls[0]?.[0].cause]).toEqual([
    500,
    "Internal error\n",
    FAILURE,
  ]);
});

test("nothing of a session is left when `jsessionid` throws", async () => {
  const server = sockjs({}, { jsessionid: fail });
  await createBrowser(server).poll();
  await vi.advanceTimersByTimeAsync(60_000);

  expect(server.stats().sessions).toBe(0);
});

test("a failure of `origins` is not called one of this library", async () => {
  const codes: string[] = [];
  const server = sockjs({}, { origins: fail, onError: (error) => void codes.push(error.code) });
  await createBrowser(server, "", { origin: "https://a.example" }).poll();

  expect(codes).not.toContain("ERR_SOCKJS_INTERNAL");
});

test("`broadcast()` reaches every connection, of whatever transport", async () => {
  const server = sockjs({});
  const browser = createBrowser(server);
  await browser.poll("s1");
  const stream = await browser.stream("s2");
  server.broadcast("a");

  expect([await browser.poll("s1"), await stream.next()]).toEqual(['a["a"]\n', 'a["a"]\n']);
});

test("what goes to many waits for the end of the turn, what goes to one does not", async () => {
  const ends: (() => void)[] = [];
  const capture = captureConnections();
  const server = createServer(capture, {}, { atEndOfTurn: (callback) => void ends.push(callback) });
  const browser = createBrowser(server);
  await browser.poll();
  capture.connection.subscribe("news");
  const first = browser.poll();
  server.broadcast("a");
  await settle();
  server.publish("news", "b");
  const isEarly = await isSettled(first);
  for (const end of ends) end();
  const frames = [await first];
  const second = browser.poll();
  capture.connection.send("c");
  frames.push(await second);

  expect([isEarly, frames, ends.length]).toEqual([false, ['a["a","b"]\n', 'a["c"]\n'], 1]);
});

test("`broadcast()` refuses what is no string", () => {
  expect(() => sockjs({}).broadcast(1 as never)).toThrow(
    new TypeError("Cannot broadcast message: it must be a string"),
  );
});

test("`publish()` reaches every subscriber and nobody else", async () => {
  const capture = captureConnections();
  const server = sockjs(capture);
  const browser = createBrowser(server);
  await browser.poll("s1");
  await browser.poll("s2");
  await browser.poll("s3");
  capture.connections[0]?.subscribe("news");
  capture.connections[1]?.subscribe("news");
  capture.connections[2]?.subscribe("weather");
  server.publish("news", "a");
  server.publish("nobody", "b");

  expect(capture.connections.map((connection) => connection.bufferedAmount)).toEqual([1, 1, 0]);
});

test("`publish()` refuses what is no string", () => {
  expect(() => sockjs({}).publish("news", null as never)).toThrow(
    new TypeError("Cannot publish message: it must be a string"),
  );
});

test("`connections` holds the open connections", async () => {
  const capture = captureConnections();
  const server = sockjs(capture);
  const browser = createBrowser(server);
  await browser.poll("s1");
  await browser.poll("s2");
  const both = [...server.connections];
  capture.connections[0]?.close();

  expect([both.length, [...server.connections].length]).toEqual([2, 1]);
  expect([...server.connections][0]).toBe(capture.connections[1]);
});

const FAILURE = new Error("failed on purpose");

function fail(): never {
  throw FAILURE;
}
