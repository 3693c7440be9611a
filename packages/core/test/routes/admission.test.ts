import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { SockJSError } from "../../src/options/errors.ts";
import { createServer } from "../../src/server.ts";
import { sockjs } from "../../src/sockjs.ts";
import { createBrowser } from "../support/browser.ts";
import { captureConnections } from "../support/capture.ts";
import { defer, settle } from "../support/promises.ts";

const POST = { method: "POST" };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("`authorize` gives the connection its context", async () => {
  const capture = captureConnections<{ readonly user: string }>();
  const server = sockjs(capture, { authorize: () => ({ user: "ann" }) });
  const frame = await createBrowser(server).poll();

  expect([frame, capture.connection.context]).toEqual(["o\n", { user: "ann" }]);
});

test("an async `authorize` holds the session's first response back", async () => {
  const capture = captureConnections<string>();
  const answer = defer<string>();
  const server = sockjs(capture, { authorize: () => answer.promise });
  const polling = createBrowser(server).poll();
  await settle();
  const before = capture.connections.length;
  answer.resolve("ann");

  expect([before, await polling, capture.connection.context]).toEqual([0, "o\n", "ann"]);
});

test.each([[null], [undefined], [false], [0], [""]])(
  "`authorize` may answer %j",
  async (context) => {
    const capture = captureConnections<unknown>();
    await createBrowser(sockjs<unknown>(capture, { authorize: () => context })).poll();

    expect(capture.connection.context).toBe(context);
  },
);

test("`authorize` runs once a session", async () => {
  const authorize = vi.fn<() => undefined>();
  const browser = createBrowser(sockjs({}, { authorize }));
  await browser.poll("s1");
  await browser.send("a");
  const again = await browser.request("/000/s1/xhr_streaming", POST);
  await again.body?.cancel();
  await browser.poll("s2");

  expect(authorize.mock.calls.length).toBe(2);
});

test.each([
  ["*" as const, null],
  ["same-origin" as const, "a=b"],
])("`authorize` under `origins: %j` sees the cookie %j", async (origins, cookie) => {
  const seen: unknown[] = [];
  const authorize = (request: Request): void => {
    seen.push(request.headers.get("cookie"), request.headers.get("x-a"), request.url);
  };
  const headers = { cookie: "a=b", "x-a": "c" };
  await createBrowser(sockjs<void>({}, { authorize, origins }), "", headers).poll();

  expect(seen).toEqual([cookie, "c", "http://localhost/000/s1/xhr"]);
});

test.each([
  ["at once", (refusal: Response) => refusal],
  ["later", (refusal: Response) => Promise.resolve(refusal)],
])("a `Response` of `authorize` %s refuses, and nothing is left", async (_when, wrap) => {
  const server = sockjs(
    {},
    {
      authorize: () =>
        wrap(new Response("who are you?", { status: 401, headers: { "x-a": "b" } })) as never,
    },
  );
  const response = await createBrowser(server).request("/000/s1/xhr", POST);

  expect([response.status, await response.text(), response.headers.get("x-a")]).toEqual([
    401,
    "who are you?",
    "b",
  ]);
  expect([server.stats().sessions, server.stats().opened, vi.getTimerCount()]).toEqual([0, 0, 0]);
});

test("a framework's own kind of `Response` refuses, too", async () => {
  const foreign = { status: 403, headers: new Headers(), body: null, arrayBuffer: () => {} };
  const server = sockjs({}, { authorize: () => foreign as never });
  const response = await createBrowser(server).request("/000/s1/xhr", POST);

  expect([response.status, server.stats().sessions]).toEqual([403, 0]);
});

test.each([
  ["throws", fail],
  ["rejects", () => Promise.reject(FAILURE)],
])(
  "an `authorize` that %s is answered 500 and reported, and nothing is left",
  async (_how, authorize) => {
    const errors: SockJSError[] = [];
    const server = sockjs({}, { authorize, onError: (error) => void errors.push(error) });
    const response = await createBrowser(server).request("/000/s1/xhr", POST);

    expect([response.status, await response.text()]).toEqual([500, "Internal error\n"]);
    expect(errors.map(({ code, cause, message }) => ({ code, cause, message }))).toEqual([
      { code: "ERR_SOCKJS_AUTHORIZE", cause: FAILURE, message: "Cannot authorize: it threw" },
    ]);
    expect([server.stats().sessions, vi.getTimerCount()]).toEqual([0, 0]);
  },
);

test("the id of a refused session can be used again", async () => {
  const answers: (undefined | Response)[] = [new Response(null, { status: 401 }), undefined];
  const browser = createBrowser(sockjs({}, { authorize: () => answers.shift() as undefined }));
  await browser.poll();

  expect(await browser.poll()).toBe("o\n");
});

test("a second receiver while `authorize` is pending gets 2010, and the first opens", async () => {
  const answer = defer();
  const authorize = vi.fn<() => Promise<void>>(() => answer.promise);
  const capture = captureConnections<void>();
  const browser = createBrowser(sockjs<void>(capture, { authorize }));
  const first = browser.poll();
  await settle();
  const second = await browser.poll();
  answer.resolve();

  expect([second, await first, authorize.mock.calls.length, capture.connections.length]).toEqual([
    'c[2010,"Another connection still open"]\n',
    "o\n",
    1,
    1,
  ]);
});

test("messages to a session that is not authorized yet are 404", async () => {
  const answer = defer();
  const browser = createBrowser(sockjs<void>({}, { authorize: () => answer.promise }));
  const first = browser.poll();
  await settle();
  const status = await browser.send("a");
  answer.resolve();

  expect([status, await first]).toEqual([404, "o\n"]);
});

test("a browser that leaves while `authorize` is pending leaves nothing behind", async () => {
  const answer = defer();
  const server = sockjs<void>({}, { authorize: () => answer.promise });
  const asking = createBrowser(server).request("/000/s1/xhr_streaming", POST);
  await settle();
  answer.resolve();
  await (await asking).body?.cancel();
  await vi.advanceTimersByTimeAsync(5050);

  expect([server.stats().sessions, server.connections.size, vi.getTimerCount()]).toEqual([0, 0, 0]);
});

test("a request that its runtime tells aborted while `authorize` is pending opens no session", async () => {
  const answer = defer();
  const journal: string[] = [];
  const leaving = new AbortController();
  const server = createServer<void>(
    { open: () => void journal.push("open") },
    { authorize: () => answer.promise },
  );
  const asking = createBrowser(server).request("/000/s1/xhr_streaming", {
    ...POST,
    signal: leaving.signal,
  });
  await settle();
  leaving.abort();
  answer.resolve();
  await asking; // a runtime whose client has gone drops the response unread
  await vi.advanceTimersByTimeAsync(60_000);

  expect([journal, server.stats().sessions]).toEqual([[], 0]);
});

test("`maxSessions` sessions are kept; further ones are 503 with `Retry-After`", async () => {
  const server = sockjs({}, { maxSessions: 2 });
  const browser = createBrowser(server);
  await browser.poll("s1");
  await browser.poll("s2");
  const third = await browser.request("/000/s3/xhr", POST);

  expect([third.status, third.headers.get("retry-after"), await third.text()]).toEqual([
    503,
    "5",
    "Too many sessions\n",
  ]);
  expect(server.stats().sessions).toBe(2);
});

test("sessions that are known go on at `maxSessions`", async () => {
  const browser = createBrowser(sockjs({}, { maxSessions: 1 }));
  await browser.poll("s1");

  expect(await browser.send("a")).toBe(204);
});

test("a session that is forgotten makes room", async () => {
  const browser = createBrowser(sockjs({}, { maxSessions: 1 }));
  await browser.poll("s1");
  await vi.advanceTimersByTimeAsync(5050);

  expect(await browser.poll("s2")).toBe("o\n");
});

test("sessions whose `authorize` is pending count towards `maxSessions`", async () => {
  const answer = defer();
  const server = sockjs<void>({}, { authorize: () => answer.promise, maxSessions: 1 });
  const browser = createBrowser(server);
  const first = browser.poll("s1");
  await settle();
  const second = await browser.request("/000/s2/xhr", POST);
  answer.resolve();

  expect([second.status, await first]).toEqual([503, "o\n"]);
});

test("a wrong origin is 403 before `authorize` is asked", async () => {
  const authorize = vi.fn<() => undefined>();
  const server = sockjs({}, { authorize, origins: ["https://a.example"] });
  const browser = createBrowser(server, "", { origin: "https://b.example" });
  const response = await browser.request("/000/s1/xhr", POST);

  expect([response.status, response.headers.get("vary"), await response.text()]).toEqual([
    403,
    "Origin",
    "Origin not allowed\n",
  ]);
  expect([authorize.mock.calls.length, server.stats().sessions]).toEqual([0, 0]);
});

test("`verifyAddress` answers 404 to who comes from elsewhere", async () => {
  let address = "192.0.2.1";
  const server = createServer({}, { verifyAddress: true }, { remoteAddress: () => address });
  const browser = createBrowser(server);
  await browser.poll();
  address = "192.0.2.2";
  const elsewhere = [(await browser.request("/000/s1/xhr", POST)).status, await browser.send("a")];
  address = "192.0.2.1";

  expect([elsewhere, await browser.send("a")]).toEqual([[404, 404], 204]);
});

test("`trustProxy` tells the connection's address", async () => {
  const capture = captureConnections();
  const server = createServer(capture, { trustProxy: 1 }, { remoteAddress: () => "10.0.0.1" });
  await createBrowser(server, "", { "x-forwarded-for": "203.0.113.9, 192.0.2.7" }).poll();

  expect(capture.connection.remoteAddress).toBe("192.0.2.7");
});

const FAILURE = new Error("failed on purpose");

function fail(): never {
  throw FAILURE;
}

test("a refusal has the CORS headers and the cookie of its URL, so that the page can read it", async () => {
  const server = sockjs({}, { maxSessions: 1, jsessionid: true });
  const ask = (session: string): Promise<Response> =>
    Promise.resolve(
      server.fetch(
        new Request(`http://localhost/000/${session}/xhr`, {
          method: "POST",
          headers: { origin: "https://page.example" },
        }),
      ),
    );
  await ask("s1");
  const { status, headers } = await ask("s2");
  const names = ["access-control-allow-origin", "access-control-allow-credentials", "set-cookie"];

  expect([status, names.map((name) => headers.get(name))]).toEqual([
    503,
    ["https://page.example", "true", "JSESSIONID=dummy; path=/"],
  ]);
});

test("`verifyAddress` opens no session for an address that is not known", async () => {
  const server = sockjs({}, { verifyAddress: true });
  const { status } = await server.fetch(
    new Request("http://localhost/000/s1/xhr", { method: "POST" }),
  );

  expect([status, server.stats().sessions]).toEqual([403, 0]);
});
