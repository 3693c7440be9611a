import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Connection } from "../../src/connection/connection.ts";
import { sockjs } from "../../src/sockjs.ts";
import { createBrowser } from "../support/browser.ts";
import { captureConnections } from "../support/capture.ts";
import { defer, isSettled, settle } from "../support/promises.ts";

const FORM = { "content-type": "application/x-www-form-urlencoded" };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("a sending request is answered once the application has room for more", async () => {
  const first = defer();
  const server = sockjs({ message: () => first.promise }, { maxUnreadAmount: 64 });
  const browser = createBrowser(server);
  await browser.poll();
  const small = await isSettled(browser.send("a"));
  const large = browser.send("b");
  const waits = !(await isSettled(large));
  first.resolve();

  expect([small, waits, await large]).toEqual([true, true, 204]);
});

test("a sending request that waits is answered when the connection closes", async () => {
  const server = sockjs({ message: () => defer().promise }, { maxUnreadAmount: 64 });
  const browser = createBrowser(server);
  const stream = await browser.stream();
  const sending = browser.send("a", "b", "c");
  const waits = !(await isSettled(sending));
  await stream.leave();

  expect([waits, await isSettled(sending)]).toEqual([true, true]);
});

test("sending requests of one session are taken one after another", async () => {
  const messages: string[] = [];
  const browser = createBrowser(
    sockjs({ message: (_connection, text) => void messages.push(text) }),
  );
  await browser.poll();
  const rest = defer();
  const slow = new ReadableStream<Uint8Array>({
    async pull(controller) {
      await rest.promise;
      controller.enqueue(new TextEncoder().encode('["first"]'));
      controller.close();
    },
  });
  const init = { method: "POST", body: slow, duplex: "half" as const };
  const first = browser.request("/000/s1/xhr_send", init);
  const second = browser.send("second");
  const waits = !(await isSettled(second));
  rest.resolve();

  expect([waits, (await first).status, await second, messages]).toEqual([
    true,
    204,
    204,
    ["first", "second"],
  ]);
});

test("more than so many sending requests of one session at once are 503", async () => {
  const server = sockjs({ message: () => defer().promise }, { maxUnreadAmount: 1 });
  const browser = createBrowser(server);
  const stream = await browser.stream();
  const sending = Array.from({ length: 100 }, () => browser.send("a", "b"));
  await settle();
  await stream.leave();

  expect(new Set(await Promise.all(sending))).toEqual(new Set([204, 503, 404]));
});

test("the 204 of `xhr_send` keeps its type and has no body", async () => {
  const browser = createBrowser(sockjs({}));
  await browser.poll();
  const response = await browser.request("/000/s1/xhr_send", { method: "POST", body: "[]" });

  expect([response.status, response.headers.get("content-type"), response.body]).toEqual([
    204,
    "text/plain; charset=UTF-8",
    null,
  ]);
});

test.each([
  ["a form", "d=%5B%22a%20b%22%5D&x=1", FORM],
  [
    "a form with a charset",
    "d=%5B%22a+b%22%5D",
    { "content-type": `${FORM["content-type"]}; charset=UTF-8` },
  ],
  ["plain text", '["a b"]', { "content-type": "text/plain" }],
  ["no type", new TextEncoder().encode('["a b"]'), {}],
])("`jsonp_send` reads %s", async (_name, body, headers) => {
  const messages: string[] = [];
  const browser = createBrowser(
    sockjs({ message: (_connection, text) => void messages.push(text) }),
  );
  await browser.poll();
  const response = await browser.request("/000/s1/jsonp_send", { method: "POST", body, headers });

  expect([response.status, await response.text(), messages]).toEqual([200, "ok", ["a b"]]);
});

test.each(["", "d=", "x=%5B%5D"])(
  "`jsonp_send` expects a payload in the form `%s`",
  async (body) => {
    const browser = createBrowser(sockjs({}));
    await browser.poll();
    const init = { method: "POST", body, headers: FORM };
    const response = await browser.request("/000/s1/jsonp_send", init);

    expect([response.status, await response.text()]).toEqual([500, "Payload expected.\n"]);
  },
);

test.each([
  ["d=%5B%22%ff%22%5D", 500, "Broken JSON encoding.\n"],
  ["d=%5B%22%C3%22%5D", 500, "Broken JSON encoding.\n"],
  ["d=%5B%22%C3%A9%22%5D", 200, "ok"],
  ["d=%5B%22100%+%zz%22%5D", 200, "ok"],
])("`jsonp_send` with the form `%s` is answered %i", async (body, status, text) => {
  const browser = createBrowser(sockjs({}));
  await browser.poll();
  const init = { method: "POST", body, headers: FORM };
  const response = await browser.request("/000/s1/jsonp_send", init);

  expect([response.status, await response.text()]).toEqual([status, text]);
});

test.each<[cause: string, frame: string, close: (connection: Connection) => void]>([
  ["a close", 'c[4001,"denied"]', (connection) => connection.close(4001, "denied")],
  ["an overload", 'c[1013,"Too much data waiting"]', (connection) => connection.send(TOO_MUCH)],
])(
  "after %s sends are accepted and dropped until the browser has been told",
  async (_cause, frame, close) => {
    const capture = captureConnections();
    const taken: string[] = [];
    const server = sockjs(
      { open: capture.open, message: (_connection, text) => void taken.push(text) },
      { maxBufferedAmount: TOO_MUCH.length },
    );
    const browser = createBrowser(server);
    await browser.poll();
    close(capture.connection);
    const before = await browser.send("a");
    const told = await browser.poll();
    const after = await refused(browser.send("b"));

    expect([before, told, after, taken]).toEqual([204, `${frame}\n`, 404, []]);
  },
);

test("a session that is closing accepts and drops what is sent while messages are queued", async () => {
  const capture = captureConnections();
  const browser = createBrowser(sockjs(capture));
  await browser.poll();
  capture.connection.send("queued");
  capture.connection.close();

  expect([await browser.send("a"), await browser.poll(), await browser.send("b")]).toEqual([
    204,
    'a["queued"]\n',
    204,
  ]);
});

test.each(["throws", "rejects"])(
  "a hook that %s leaves sends accepted and dropped",
  async (how) => {
    const failure = new Error("failed on purpose");
    const message = (): Promise<void> => {
      if (how === "throws") throw failure;
      return Promise.reject(failure);
    };
    const browser = createBrowser(sockjs({ message }));
    await browser.poll();
    const statuses = [await browser.send("a"), await browser.send("b")];
    const told = await browser.poll();

    expect([statuses, told, await refused(browser.send("c"))]).toEqual([
      [204, 204],
      'c[1011,"Internal error"]\n',
      404,
    ]);
  },
);

test("a send whose body is still coming when the session closes is accepted and dropped", async () => {
  const capture = captureConnections();
  const taken: string[] = [];
  const server = sockjs({
    open: capture.open,
    message: (_connection, text) => void taken.push(text),
  });
  const browser = createBrowser(server);
  await browser.poll();
  const body = new TransformStream<Uint8Array, Uint8Array>();
  const sending = browser.request("/000/s1/xhr_send", upload(body.readable));
  capture.connection.close();
  const told = await browser.poll();
  const writer = body.writable.getWriter();
  await writer.write(new TextEncoder().encode('["late"]'));
  await writer.close();

  expect([told, (await sending).status, taken]).toEqual(['c[3000,"Go away!"]\n', 204, []]);
});

test("a send whose body is still coming when the browser breaks off is refused", async () => {
  const browser = createBrowser(sockjs({}));
  const stream = await browser.stream();
  const body = new TransformStream<Uint8Array, Uint8Array>();
  const sending = browser.request("/000/s1/xhr_send", upload(body.readable));
  await stream.leave();
  const writer = body.writable.getWriter();
  await writer.write(new TextEncoder().encode('["late"]'));
  await writer.close();

  expect((await sending).status).toBe(404);
});

test("a send whose body came on while the process stood still keeps its session", async () => {
  const taken: string[] = [];
  const server = sockjs(
    { message: (_connection, text) => void taken.push(text) },
    { disconnectDelay: 1500 },
  );
  const browser = createBrowser(server);
  await browser.poll();
  await vi.advanceTimersByTimeAsync(1000);
  const body = new TransformStream<Uint8Array, Uint8Array>();
  const sending = browser.request("/000/s1/xhr_send", upload(body.readable));
  const writer = body.writable.getWriter();
  await vi.advanceTimersByTimeAsync(400);
  const now = performance.now.bind(performance);
  vi.spyOn(performance, "now").mockImplementation(() => now() + 3000);
  await writer.write(new TextEncoder().encode('["sl'));
  await vi.advanceTimersByTimeAsync(1000); // looks at the session before it looks at the body
  await writer.write(new TextEncoder().encode('ow"]'));
  await writer.close();

  expect([(await sending).status, taken]).toEqual([204, ["slow"]]);
});

/** A request whose body comes by and by. */
function upload(body: ReadableStream<Uint8Array>): RequestInit {
  const init: RequestInit & { readonly duplex: "half" } = { method: "POST", body, duplex: "half" };
  return init;
}

/** The status of a send to a session whose browser has just been told, which waits a moment. */
async function refused(sending: Promise<number>): Promise<number> {
  await vi.advanceTimersByTimeAsync(199);
  expect(await isSettled(sending)).toBe(false);
  await vi.advanceTimersByTimeAsync(1);
  return sending;
}

const TOO_MUCH = "x".repeat(1000);
