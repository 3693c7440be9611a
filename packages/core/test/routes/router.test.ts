import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Options } from "../../src/options/options.ts";
import { createServer } from "../../src/server.ts";
import { INNER } from "../../src/seam/exchange.ts";
import { sockjs } from "../../src/sockjs.ts";
import { createIncoming, textOf } from "../support/incoming.ts";

const TEXT = "text/plain; charset=UTF-8";
const JAVASCRIPT = "application/javascript; charset=UTF-8";
const S = "/000/s1";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Answer {
  readonly status: number;
  readonly type: string | null;
  readonly allow: string | null;
}

async function ask(method: string, path: string, options?: Options): Promise<Answer> {
  const server = sockjs({}, options);
  const response = await server.fetch(new Request(`http://localhost${path}`, { method }));
  const { status, headers } = response;
  await response.body?.cancel();
  return { status, type: headers.get("content-type"), allow: headers.get("allow") };
}

function answer(status: number, type: string | null = null, allow: string | null = null): Answer {
  return { status, type, allow };
}

test.each([
  ["GET", "/", answer(200, TEXT)],
  ["HEAD", "/", answer(200, TEXT)],
  ["GET", "/?x=1", answer(200, TEXT)],
  ["GET", "/iframe.html", answer(200, "text/html; charset=UTF-8")],
  ["HEAD", "/iframe.html", answer(200, "text/html; charset=UTF-8")],
  ["GET", "/iframe-.html", answer(200, "text/html; charset=UTF-8")],
  ["GET", "/iframe-0.1.2-abc_d.html?t=1", answer(200, "text/html; charset=UTF-8")],
  ["GET", "/info", answer(200, "application/json; charset=UTF-8")],
  ["OPTIONS", "/info", answer(204)],
  ["POST", `${S}/xhr`, answer(200, JAVASCRIPT)],
  ["OPTIONS", `${S}/xhr`, answer(204)],
  ["POST", `${S}/xhr_streaming`, answer(200, JAVASCRIPT)],
  ["OPTIONS", `${S}/xhr_streaming`, answer(204)],
  ["GET", `${S}/eventsource`, answer(200, "text/event-stream")],
  ["GET", `${S}/htmlfile?c=cb`, answer(200, "text/html; charset=UTF-8")],
  ["GET", `${S}/htmlfile`, answer(500, TEXT)],
  ["GET", `${S}/jsonp?c=cb`, answer(200, JAVASCRIPT)],
  ["GET", `${S}/jsonp`, answer(500, TEXT)],
  ["POST", `${S}/xhr_send`, answer(404, TEXT)],
  ["OPTIONS", `${S}/xhr_send`, answer(204)],
  ["POST", `${S}/jsonp_send`, answer(404, TEXT)],
  ["GET", `${S}/websocket`, answer(400, TEXT)],
  ["GET", "/websocket", answer(400, TEXT)],
  ["POST", "/a%2Fb/s%2e1%20x/xhr", answer(200, JAVASCRIPT)],
  ["POST", "/000/__proto__/xhr", answer(200, JAVASCRIPT)],
])("%s %s is answered", async (method, path, expected) => {
  expect(await ask(method, path)).toEqual(expected);
});

test.each([
  ["POST", "/", "GET, HEAD"],
  ["OPTIONS", "/", "GET, HEAD"],
  ["POST", "/iframe.html", "GET, HEAD"],
  ["PUT", "/iframe-1.html", "GET, HEAD"],
  ["POST", "/info", "OPTIONS, GET"],
  ["HEAD", "/info", "OPTIONS, GET"],
  ["GET", `${S}/xhr`, "OPTIONS, POST"],
  ["HEAD", `${S}/xhr`, "OPTIONS, POST"],
  ["PUT", `${S}/xhr`, "OPTIONS, POST"],
  ["GET", `${S}/xhr_streaming`, "OPTIONS, POST"],
  ["POST", `${S}/eventsource`, "GET"],
  ["OPTIONS", `${S}/eventsource`, "GET"],
  ["HEAD", `${S}/eventsource`, "GET"],
  ["POST", `${S}/htmlfile?c=cb`, "GET"],
  ["HEAD", `${S}/htmlfile?c=cb`, "GET"],
  ["POST", `${S}/jsonp?c=cb`, "GET"],
  ["OPTIONS", `${S}/jsonp?c=cb`, "GET"],
  ["GET", `${S}/xhr_send`, "OPTIONS, POST"],
  ["GET", `${S}/jsonp_send`, "POST"],
  ["OPTIONS", `${S}/jsonp_send`, "POST"],
  ["POST", `${S}/websocket`, "GET"],
  ["HEAD", `${S}/websocket`, "GET"],
  ["POST", "/websocket", "GET"],
  ["DELETE", "/websocket", "GET"],
])("%s %s is 405", async (method, path, allow) => {
  expect(await ask(method, path)).toEqual(answer(405, null, allow));
});

test.each([
  "//",
  "///",
  "/a",
  "/a.html",
  "/a/a",
  "/a/a/",
  "/iframe",
  "/iframe.htm",
  "/IFRAME.HTML",
  "/iframe.HTML",
  "/iframe.xml",
  "/iframe-/.html",
  "/iframe-A.html",
  "/info/",
  "/Info",
  "/infos",
  "/websocket/",
  "/websocket/x",
  "//s1/xhr",
  "/000//xhr",
  "///xhr",
  "/a./s1/xhr",
  "/000/s./xhr",
  "/000/.s/xhr",
  `${S}/xhr/`,
  `${S}/xhr/x`,
  `${S}/XHR`,
  `${S}/xhrs`,
  `${S}/`,
  S,
  "/0/000/s1/xhr",
])("GET and POST %s are 404", async (path) => {
  expect([await ask("GET", path), await ask("POST", path)]).toEqual([
    answer(404, TEXT),
    answer(404, TEXT),
  ]);
});

test.each(["/x/../info", "/./info", "/x/%2e%2E/info", "/x/.%2e/info", "/info/.", "/x/.."])(
  "a runtime's path `%s`, not resolved, is 404",
  async (path) => {
    const { status } = textOf(await createServer({})[INNER].handle(createIncoming({ path })));

    expect(status).toBe(404);
  },
);

test("a backslash in a runtime's path is no slash", async () => {
  const { status } = textOf(
    await createServer({})[INNER].handle(createIncoming({ path: "/x\\..\\info" })),
  );

  expect(status).toBe(404);
});

test.each([
  ["GET", "/echo", answer(200, TEXT)],
  ["GET", "/echo/", answer(200, TEXT)],
  ["GET", "/echo?x", answer(200, TEXT)],
  ["GET", "/echo/info", answer(200, "application/json; charset=UTF-8")],
  ["POST", "/echo/000/s1/xhr", answer(200, JAVASCRIPT)],
  ["GET", "/echo//", answer(404, TEXT)],
  ["GET", "/echoes", answer(404, TEXT)],
  ["GET", "/echoes/info", answer(404, TEXT)],
  ["GET", "/Echo/info", answer(404, TEXT)],
  ["GET", "/info", answer(404, TEXT)],
  ["GET", "/", answer(404, TEXT)],
  ["GET", "/a/echo/info", answer(404, TEXT)],
])("below the prefix `/echo`, %s %s", async (method, path, expected) => {
  expect(await ask(method, path, { prefix: "/echo" })).toEqual(expected);
});

test.each([
  ["xhr-polling", "POST", `${S}/xhr`],
  ["xhr-streaming", "POST", `${S}/xhr_streaming`],
  ["eventsource", "GET", `${S}/eventsource`],
  ["htmlfile", "GET", `${S}/htmlfile?c=cb`],
  ["jsonp-polling", "GET", `${S}/jsonp?c=cb`],
] as const)("without the transport %s, %s %s is 404", async (name, method, path) => {
  const alone = await ask(method, path, { transports: [name] });

  expect([alone.status, await ask(method, path, { transports: ["websocket"] })]).toEqual([
    200,
    answer(404, TEXT),
  ]);
});

test.each([
  ["GET", `${S}/websocket`],
  ["POST", `${S}/websocket`],
  ["GET", "/websocket"],
  ["POST", "/websocket"],
])("without WebSockets, %s %s is 404", async (method, path) => {
  expect(await ask(method, path, { transports: ["xhr-polling"] })).toEqual(answer(404, TEXT));
});
