import { expect, test } from "vitest";
import { openWebSocket } from "../../../tests/harness/websocket-client.ts";
import { sockjs, type Fetch, type SockJSError } from "../src/index.ts";
import { ask, connectRaw, HANDSHAKE, rawRequest } from "./support/raw-client.ts";
import { createEcho, startServing } from "./support/servers.ts";

const WEBSOCKET = "/echo/000/s1/websocket";

test.each<[how: string, mount: (echo: ReturnType<typeof createEcho>) => Fetch]>([
  ["what `fetch` gets is passed on", (echo) => (request, env) => echo.fetch(request, env)],
  ["only the request is passed on", (echo) => (request) => echo.fetch(request)],
  [
    "the answer comes later",
    (echo) => async (request) => {
      await Promise.resolve();
      return echo.fetch(request);
    },
  ],
  [
    "the request is rebuilt, with what `fetch` gets",
    (echo) => (request, env) => echo.fetch(new Request(request), env),
  ],
])("a WebSocket opens below a `fetch` where %s", async (_how, mount) => {
  const { port } = await startServing(mount(createEcho()));
  const client = await openWebSocket(port, WEBSOCKET);
  client.socket.send('["a"]');

  expect([await client.readMessage(), await client.readMessage()]).toEqual(["o", 'a["a"]']);
});

test("a WebSocket below a `fetch` that rebuilds the request is 500, and says what to do", async () => {
  const errors: SockJSError[] = [];
  const echo = createEcho({ onError: (error) => void errors.push(error) });
  const { port } = await startServing((request) => echo.fetch(new Request(request)));
  const { status, body } = await ask(port, "GET", WEBSOCKET, { headers: HANDSHAKE });

  expect([status, errors.map(({ code }) => code), echo.stats().sessions]).toEqual([
    500,
    ["ERR_SOCKJS_UPGRADE"],
    0,
  ]);
  expect(body).toBe(`${errors[0]?.message}\n`);
});

test("an upgrade that `fetch` refuses gets its response", async () => {
  const { port } = await startServing(
    () => new Response("no", { status: 401, headers: { "WWW-Authenticate": "Basic" } }),
  );
  const { status, body } = await ask(port, "GET", "/x", { headers: HANDSHAKE });

  expect([status, body]).toEqual([401, "no"]);
});

test("an upgrade that `authorize` refuses gets its response", async () => {
  const server = sockjs(
    {},
    { authorize: (): undefined => new Response("no", { status: 401 }) as never },
  );
  const { port } = await startServing((request) => server.fetch(request));
  const { status, body } = await ask(port, "GET", "/websocket", { headers: HANDSHAKE });

  expect([status, body, server.stats().sessions]).toEqual([401, "no", 0]);
});

test("a client that leaves while `authorize` is pending leaves nothing behind", async () => {
  const asked: (() => void)[] = [];
  const journal: string[] = [];
  const server = sockjs<void>(
    { open: () => void journal.push("open") },
    { authorize: () => new Promise<void>((resolve) => asked.push(resolve)) },
  );
  const { port } = await startServing((request) => server.fetch(request));
  const connection = await connectRaw(port);
  await connection.write(rawRequest("GET", "/websocket", { headers: HANDSHAKE }));
  await expect.poll(() => asked.length).toBe(1);
  connection.reset();
  await ask(port, "GET", "/"); // by now the reset has been seen
  asked[0]?.();

  await expect.poll(() => server.stats().sessions).toBe(0);
  expect(journal).toEqual([]);
});

test("the body that answers an upgrade whose client left meanwhile is cancelled", async () => {
  const answers: ((response: Response) => void)[] = [];
  const { port } = await startServing((request) =>
    request.url.endsWith("/x")
      ? new Promise<Response>((resolve) => answers.push(resolve))
      : new Response("ok"),
  );
  const connection = await connectRaw(port);
  await connection.write(rawRequest("GET", "/x", { headers: HANDSHAKE }));
  await expect.poll(() => answers.length).toBe(1);
  connection.reset();
  await ask(port, "GET", "/"); // by now the reset has been seen
  let isCancelled = false;
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => controller.enqueue(new Uint8Array(1000)),
    cancel() {
      isCancelled = true;
    },
  });
  answers[0]?.(new Response(body));

  await expect.poll(() => isCancelled).toBe(true);
});

test("`remoteAddress` is known below a `fetch`", async () => {
  const addresses: unknown[] = [];
  const server = sockjs({ open: (connection) => void addresses.push(connection.remoteAddress) });
  const { port } = await startServing((request) => server.fetch(request));
  await ask(port, "POST", "/000/s1/xhr", { body: "" });
  await openWebSocket(port, "/000/s2/websocket");

  expect(addresses).toEqual(["127.0.0.1", "127.0.0.1"]);
});

test("a wrong handshake below a `fetch` is answered", async () => {
  const echo = createEcho();
  const { port } = await startServing((request) => echo.fetch(request));
  const headers = HANDSHAKE.slice(0, 2);
  const { status, body } = await ask(port, "GET", WEBSOCKET, { headers });

  expect([status, body]).toEqual([
    400,
    'Not a valid websocket request: "Sec-WebSocket-Key" is missing or malformed\n',
  ]);
});

test("an upgrade pipelined behind a request that is not answered yet ends its connection only", async () => {
  const { port } = await startServing((request) =>
    request.url.endsWith("/never") ? new Promise<Response>(() => {}) : new Response("ok"),
  );
  const connection = await connectRaw(port);
  await connection.write(
    rawRequest("GET", "/never") + rawRequest("GET", "/x", { headers: HANDSHAKE }),
  );
  const { text } = await connection.readRemainder();

  expect([text, (await ask(port, "GET", "/")).body]).toEqual(["", "ok"]);
});
