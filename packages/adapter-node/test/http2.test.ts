import { once } from "node:events";
import { createServer } from "node:http";
import {
  constants,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
} from "node:http2";
import { Duplex } from "node:stream";
import { connect as connectTls } from "node:tls";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { WebSocket } from "ws";
import { attach, sockjs, type Connection, type Options, type Server } from "../src/index.ts";
import { ask, connectHttp2, Http2Exchange } from "./support/http2-client.ts";
import { createEcho, startCleartextHttp2, startHttp2 } from "./support/servers.ts";
import { TLS } from "./support/tls.ts";

const S = "/echo/000/session";
const POST = "POST";

/** As `expect.poll`, for as long as a busy machine takes. */
function soon<Value>(read: () => Value): ReturnType<typeof expect.poll<Value>> {
  return expect.poll(read, { timeout: 5000 });
}

/** An echo attached to an HTTP/2 server that has no other listener. */
async function startEcho(
  options: Options = {},
): Promise<{ readonly server: Server; readonly port: number }> {
  const server = createEcho(options);
  const http = await startHttp2();
  attach(http.server, server);
  return { server, port: http.port };
}

/** A server that keeps its one connection, and tells how it closed. */
async function startWitness(options: Options = {}): Promise<{
  readonly port: number;
  readonly server: Server;
  readonly connection: () => Connection;
  readonly closed: () => readonly string[];
}> {
  const connections: Connection[] = [];
  const closed: string[] = [];
  const server = sockjs(
    {
      open: (connection) => void connections.push(connection),
      message: (connection, text) => connection.send(text),
      close: (_connection, { code, reason }) => void closed.push(`${code} ${reason}`),
    },
    { prefix: "/echo", ...options },
  );
  const http = await startHttp2();
  attach(http.server, server);
  const connection = (): Connection => {
    const [first] = connections;
    if (first === undefined) throw new Error("No connection has opened");
    return first;
  };
  return { port: http.port, server, connection, closed: () => closed };
}

describe.each([
  [POST, "xhr_streaming", "o\n", 'a["€"]\n', "xhr_send", '["€"]'],
  ["GET", "eventsource", "data: o\r\n\r\n", 'data: a["€"]\r\n\r\n', "xhr_send", '["€"]'],
  [
    "GET",
    "htmlfile?c=f",
    '<script>\np("o");\n</script>\r\n',
    '<script>\np("a[\\"€\\"]");\n</script>\r\n',
    "jsonp_send",
    '["€"]',
  ],
])("%s %s by HTTP/2", (method, segment, open, message, sendSegment, payload) => {
  test("opens, echoes and ends with the session", async () => {
    const { server, port } = await startEcho();
    const session = connectHttp2(port);
    const body = method === POST ? "" : undefined;
    const headers = { ":method": method, ":path": `${S}/${segment}` };
    const receiver = new Http2Exchange(session, headers, body);
    const head = await receiver.head();
    await receiver.readUntil(open);
    const sent = await ask(session, POST, `${S}/${sendSegment}`, {
      body: payload,
      headers: { "content-type": "text/plain" },
    });
    const echoed = await receiver.readUntil(message);
    void server.close();
    const last = await receiver.readToEnd();

    expect([head[":status"], head["transfer-encoding"], sent.status < 300]).toEqual([
      200,
      undefined,
      true,
    ]);
    expect([echoed, last]).toEqual([message, expect.stringContaining("c[1001")]);
  });
});

test.each([
  [POST, "xhr", "o\n", 'a["€"]\n'],
  ["GET", "jsonp?c=f", '/**/f("o");\r\n', '/**/f("a[\\"€\\"]");\r\n'],
])("%s %s by HTTP/2 is answered with each frame in turn", async (method, segment, open, frame) => {
  const { port } = await startEcho();
  const session = connectHttp2(port);
  const first = await ask(session, method, `${S}/${segment}`);
  await ask(session, POST, `${S}/xhr_send`, { body: '["€"]' });
  const second = await ask(session, method, `${S}/${segment}`);

  expect([first.body, second.body]).toEqual([open, frame]);
  expect(second.head["content-length"]).toBe(String(Buffer.byteLength(frame)));
});

test("plain answers by HTTP/2 have their length, and none of a connection's headers", async () => {
  const { port } = await startEcho();
  const session = connectHttp2(port);
  const greeting = await ask(session, "GET", "/echo");
  const missing = await ask(session, POST, "/echo/000/nobody/xhr_send", { body: '["x"]' });
  const head = await ask(session, "HEAD", "/echo/nothing");
  const preflight = await ask(session, "OPTIONS", `${S}/xhr`);

  expect([greeting.status, greeting.head["content-length"], greeting.body]).toEqual([
    200,
    "19",
    "Welcome to SockJS!\n",
  ]);
  expect([missing.status, head.status, head.body, preflight.status]).toEqual([404, 404, "", 204]);
});

test.each([
  ["with `allowHTTP1`", { allowHTTP1: true }, true],
  ["without", {}, false],
])("info by HTTP/2 offers WebSockets %s: %s", async (_name, options, websocket) => {
  const http = await startHttp2(options);
  attach(http.server, createEcho());
  const { body } = await ask(connectHttp2(http.port), "GET", "/echo/info");

  expect(JSON.parse(body)).toMatchObject({ websocket });
});

test("an HTTP/2 server with `allowHTTP1` serves HTTP/1.1 and WebSockets beside", async () => {
  const http = await startHttp2({ allowHTTP1: true });
  attach(http.server, createEcho());
  const poll = await ask(connectHttp2(http.port), POST, `${S}/xhr`);
  const webSocket = new WebSocket(`wss://localhost:${http.port}${S}x/websocket`, { ca: TLS.cert });
  onTestFinished(() => webSocket.terminate());
  const [frame] = (await once(webSocket, "message")) as [Buffer]; // of `ws`

  expect([poll.body, frame.toString()]).toEqual(["o\n", "o"]);
});

test("an HTTP/2 server without TLS is served", async () => {
  const http = await startCleartextHttp2();
  const { server, urls } = createUrlTeller();
  attach(http.server, server);
  const { body } = await ask(connectHttp2(http.port, {}, "http"), POST, `${S}/xhr`);

  expect([body, urls]).toEqual(["o\n", [`http://localhost:${http.port}${S}/xhr`]]);
});

function createUrlTeller(): { readonly server: Server; readonly urls: readonly string[] } {
  const urls: string[] = [];
  const open = ({ request }: Connection): void => void urls.push(request.url);
  return { server: sockjs({ open }, { prefix: "/echo" }), urls };
}

test("the application sees a request by HTTP/2 with its host and without pseudo headers", async () => {
  const { port, connection } = await startWitness({ origins: ["https://a.example"] });
  const headers = { origin: "https://a.example", "x-own": "1", cookie: ["a=1", "b=2"] };
  await ask(connectHttp2(port), POST, `${S}/xhr?x=1`, { headers });
  const { request, remoteAddress } = connection();

  expect([request.url, request.method]).toEqual([`https://localhost:${port}${S}/xhr?x=1`, POST]);
  expect(Object.fromEntries(request.headers)).toEqual({
    host: `localhost:${port}`,
    origin: "https://a.example",
    "x-own": "1",
    cookie: "a=1; b=2",
  });
  expect(remoteAddress).toMatch(/127\.0\.0\.1$|^::1$/);
});

test("`:authority` is the host that an origin is compared with", async () => {
  const { port } = await startEcho({ origins: "same-origin" });
  const session = connectHttp2(port);
  const askFrom = async (origin: string, name: string): Promise<number> => {
    const path = `/echo/000/${name}/xhr`;
    const headers = { ":authority": `localhost:${port}`, host: "b.example", origin };
    const { status } = await ask(session, POST, path, { headers });
    return status;
  };

  expect(await askFrom(`https://localhost:${port}`, "own")).toBe(200);
  expect(await askFrom("https://b.example", "other")).toBe(403);
});

test("a refusal of the application goes out by HTTP/2, each cookie by itself", async () => {
  const { port } = await startEcho({
    authorize: () => {
      const headers = new Headers({ connection: "close", "x-reason": "closed" });
      headers.append("set-cookie", "a=1");
      headers.append("set-cookie", "b=2");
      return new Response("no", { status: 418, headers });
    },
  });
  const answer = await ask(connectHttp2(port), POST, `${S}/xhr`);

  expect([answer.status, answer.body, answer.head["x-reason"], answer.head["set-cookie"]]).toEqual([
    418,
    "no",
    "closed",
    ["a=1", "b=2"],
  ]);
});

test("a refusal whose body fails is cut off, and told", async () => {
  const told: unknown[] = [];
  const { port } = await startEcho({
    onError: (error) => void told.push(error.cause),
    authorize: () =>
      new Response(
        new ReadableStream({
          pull: (controller) => controller.error(new Error("gone")),
        }),
      ),
  });
  const exchange = new Http2Exchange(connectHttp2(port), { ":method": POST, ":path": `${S}/xhr` });
  await exchange.readToEnd();

  expect([exchange.stream.rstCode, told]).toEqual([
    constants.NGHTTP2_INTERNAL_ERROR,
    [new Error("gone")],
  ]);
});

describe("a browser that leaves a stream of HTTP/2", () => {
  test.each([
    ["by CANCEL", constants.NGHTTP2_CANCEL],
    ["by an error", constants.NGHTTP2_INTERNAL_ERROR],
    ["in good order", constants.NGHTTP2_NO_ERROR],
  ])("%s closes its connection only", async (_name, code) => {
    const { port, server, closed } = await startWitness({ disconnectDelay: 100 });
    const session = connectHttp2(port);
    const receiver = new Http2Exchange(session, streaming());
    await receiver.readUntil("o\n");
    receiver.stream.close(code); // its own end has gone out before

    await soon(closed).toEqual(["1006 Connection lost"]);
    await soon(() => server.stats().sessions).toBe(0);
    expect((await ask(session, "GET", "/echo")).status).toBe(200);
  });

  test("in good order, with an answer unread, does not keep its connection open", async () => {
    const http = await startHttp2();
    attach(http.server, createEcho());
    const session = connectHttp2(http.port, { settings: { initialWindowSize: 0 } });
    const [served] = (await once(http.server, "session")) as [ServerHttp2Session];
    const exchange = new Http2Exchange(
      session,
      { ":method": "PUT", ":path": "/echo/nothing" },
      "x",
    );
    await exchange.head();
    exchange.stream.close(constants.NGHTTP2_NO_ERROR);
    session.close();
    await Promise.race([once(served, "goaway"), once(served, "close")]);
    session.destroy();

    await soon(() => served.destroyed).toBe(true);
  });

  test.each([
    ["xhr_streaming", streaming()],
    ["xhr", { ":method": POST, ":path": `${S}/xhr` }],
  ])("by the end of the whole session leaves nothing of %s", async (_name, headers) => {
    const { port, server } = await startWitness({ disconnectDelay: 100 });
    const opener = connectHttp2(port);
    await ask(opener, POST, `${S}/xhr`);
    const session = connectHttp2(port);
    const receiver = new Http2Exchange(session, headers);
    await soon(() => server.stats().receivers).toBe(1);
    session.destroy();

    await soon(() => server.stats().sessions).toBe(0);
    expect(receiver.stream.destroyed).toBe(true);
  });

  test.each([
    ["CANCEL", constants.NGHTTP2_CANCEL],
    ["NO_ERROR", constants.NGHTTP2_NO_ERROR],
  ])("by %s with much unread leaves nothing", async (_name, code) => {
    const { port, server, connection, closed } = await startWitness({ disconnectDelay: 100 });
    const session = connectHttp2(port, { settings: { initialWindowSize: 1000 } });
    const receiver = new Http2Exchange(session, streaming());
    receiver.stream.pause();
    await receiver.head();
    connection().send("x".repeat(60_000));
    await soon(() => connection().bufferedAmount).toBeGreaterThan(0);
    receiver.stream.close(code);

    await soon(closed).toEqual(["1006 Connection lost"]);
    await soon(() => server.stats().sessions).toBe(0);
  });

  test("that has sent a body nobody asked for, and has not ended it, leaves nothing", async () => {
    const { port, server, closed } = await startWitness({ disconnectDelay: 100 });
    const stream = connectHttp2(port).request(streaming());
    stream.on("error", () => {});
    stream.write("x".repeat(100_000));
    await once(stream, "response");
    stream.destroy(new Error("Gone"));

    await soon(closed).toEqual(["1006 Connection lost"]);
    await soon(() => server.stats().sessions).toBe(0);
  });

  test.each([
    ["by CANCEL", (abort: AbortController) => abort.abort()],
    [
      "by an error",
      (_abort: AbortController, stream: ClientHttp2Stream) => stream.destroy(new Error("Gone")),
    ],
  ])("%s in the middle of a body leaves the session as it was", async (_name, leave) => {
    const { port } = await startEcho();
    const session = connectHttp2(port);
    await ask(session, POST, `${S}/xhr`);
    const headers = { ":method": POST, ":path": `${S}/xhr_send` };
    const abort = new AbortController();
    const broken = session.request(headers, { signal: abort.signal });
    broken.on("error", () => {});
    await new Promise((resolve) => broken.write('["half"]', resolve));
    await ask(session, "GET", "/echo"); // what was written before this has arrived
    leave(abort, broken); // `close` would send its end before
    await ask(session, POST, `${S}/xhr_send`, { body: '["whole"]' });

    expect((await ask(session, POST, `${S}/xhr`)).body).toBe('a["whole"]\n');
  });
});

test("a browser that does not read has its session closed above `maxBufferedAmount`", async () => {
  const options = { maxBufferedAmount: 300_000, disconnectDelay: 100 };
  const { port, server, connection, closed } = await startWitness(options);
  const session = connectHttp2(port, { settings: { initialWindowSize: 1000 } });
  const receiver = new Http2Exchange(session, streaming());
  receiver.stream.pause();
  await receiver.head();
  const message = "x".repeat(10_000);
  const flushed = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  for (let sent = 0; sent < 20; sent++) {
    connection().send(message);
    await flushed();
  }
  expect(connection().bufferedAmount).toBeGreaterThan(190_000);
  for (let sent = 0; sent < 20; sent++) connection().send(message);

  await soon(closed).toEqual(["1013 Too much data waiting"]);
  await soon(() => server.stats()).toMatchObject({ sessions: 0, bufferedAmount: 0 });
});

test("a browser that reads late gets every message in its order", async () => {
  const { port, connection } = await startWitness({ responseLimit: 10_000_000 });
  const session = connectHttp2(port, { settings: { initialWindowSize: 1000 } });
  const receiver = new Http2Exchange(session, streaming());
  receiver.stream.pause();
  await receiver.head();
  const messages = Array.from({ length: 30 }, (_, index) => `${index}`.padEnd(10_000, "€"));
  for (const message of messages) {
    connection().send(message);
    await new Promise((resolve) => setImmediate(resolve));
  }
  receiver.stream.resume();
  const text = await receiver.readUntil(`${messages.at(-1)}"]\n`);
  const frames = text.split("\n").filter((line) => line.startsWith("a"));

  expect(frames.flatMap((frame) => JSON.parse(frame.slice(1)) as string[])).toEqual(messages);
});

test("a connection that answers no ping is ended, and its receivers with it", async () => {
  vi.useFakeTimers({ toFake: ["performance"] });
  onTestFinished(() => void vi.useRealTimers());
  const { port, connection, closed } = await startWitness();
  let isDeaf = false;
  const session = connectHttp2(port, { createConnection: () => deafSocket(port, () => isDeaf) });
  await new Http2Exchange(session, streaming()).readUntil("o\n");
  const roundTrip = (): Promise<unknown> => new Promise((resolve) => session.ping(resolve));
  const sendLater = (): void => {
    vi.advanceTimersByTime(30_001);
    connection().send("x");
  };
  for (let time = 0; time < 2; time++) {
    await roundTrip(); // the answer to the ping before has gone ahead of this
    const pinged = once(session, "ping");
    sendLater();
    await pinged;
  }
  await roundTrip();
  expect(closed()).toEqual([]);
  isDeaf = true;
  sendLater();
  await new Promise((resolve) => setImmediate(resolve));
  sendLater();

  await soon(closed).toEqual(["1006 Connection lost"]);
});

/** A connection by TLS that says nothing of what comes, from some moment on. */
function deafSocket(port: number, isDeaf: () => boolean): Duplex {
  const socket = connectTls({ port, host: "127.0.0.1", ca: TLS.cert, ALPNProtocols: ["h2"] });
  const tube = new Duplex({
    read: () => void socket.resume(),
    write: (chunk, _encoding, done) => void socket.write(chunk, () => done()),
    destroy(_error, done) {
      socket.destroy();
      done(null);
    },
  });
  socket.on("data", (chunk) => void (isDeaf() || tube.push(chunk)));
  socket.on("close", () => tube.destroy());
  return tube;
}

test("a hundred sessions share one connection by HTTP/2", async () => {
  const { port } = await startEcho();
  const session = connectHttp2(port);
  const echoed = await Promise.all(
    Array.from({ length: 100 }, async (_, index) => {
      const path = `/echo/000/session-${index}`;
      const receiver = new Http2Exchange(session, streaming(path));
      await receiver.readUntil("o\n");
      await ask(session, POST, `${path}/xhr_send`, { body: `["${index}"]` });
      return receiver.readUntil(`a["${index}"]\n`);
    }),
  );

  expect(echoed).toHaveLength(100);
});

test("a body above `maxBodySize` is refused, and one that goes on is cut off", async () => {
  const { port } = await startEcho({ maxBodySize: 100, maxMessageSize: 100 });
  const session = connectHttp2(port);
  await ask(session, POST, `${S}/xhr`);
  const headers = { ":method": POST, ":path": `${S}/xhr_send` };
  const large = await ask(session, POST, `${S}/xhr_send`, { body: `["${"x".repeat(120)}"]` });
  const endless = new Http2Exchange(session, headers, "x".repeat(100_000));
  await endless.readToEnd();
  const small = await ask(session, POST, `${S}/xhr_send`, { body: '["x"]' });

  expect([large.status, small.status]).toEqual([413, 204]);
});

test("a browser that asks whether to go on with its body is told to", async () => {
  const { port } = await startEcho();
  const session = connectHttp2(port);
  await ask(session, POST, `${S}/xhr`);
  const headers = { ":method": POST, ":path": `${S}/xhr_send`, expect: "100-continue" };
  const stream = session.request(headers);
  await once(stream, "continue");
  stream.end('["x"]');
  const [head] = (await once(stream, "response")) as [IncomingHttpHeaders];

  expect(head[":status"]).toBe(204);
});

test("an upgrade by extended CONNECT is refused, and leaves the connection as it was", async () => {
  const http = await startHttp2({ settings: { enableConnectProtocol: true } });
  attach(http.server, createEcho());
  const session = connectHttp2(http.port);
  await once(session, "remoteSettings");
  const headers = { ":protocol": "websocket", "sec-websocket-version": "13" };
  const refused = await ask(session, "CONNECT", `${S}/websocket`, {
    headers: { ...headers, ":scheme": "https", ":authority": `localhost:${http.port}` },
    body: "",
  });
  const asked = await ask(session, "GET", `${S}/websocket`);

  expect([refused.status, asked.status, (await ask(session, "GET", "/echo")).status]).toEqual([
    405, 400, 200,
  ]);
});

test("other paths of an HTTP/2 server go to its listeners, and ours to none of them", async () => {
  const http = await startHttp2();
  const seen: string[] = [];
  http.server.on("request", (request, response) => {
    seen.push(request.url);
    response.end("theirs");
  });
  http.server.on("stream", (_stream, headers) => void seen.push(headers[":path"] ?? ""));
  const detach = attach(http.server, createEcho());
  const session = connectHttp2(http.port);
  const bodies = [
    (await ask(session, "GET", "/echoes")).body,
    (await ask(session, POST, `${S}/xhr`)).body,
  ];
  detach();
  bodies.push((await ask(session, POST, `${S}/xhr`)).body);

  expect(bodies).toEqual(["theirs", "o\n", "theirs"]);
  expect(seen.toSorted()).toEqual([`${S}/xhr`, `${S}/xhr`, "/echoes", "/echoes"]);
});

test("requests by HTTP/2 that are handed on to another server are served", async () => {
  const front = await startHttp2();
  const behind = createServer();
  attach(behind, createEcho());
  front.server.on("request", (request, response) => behind.emit("request", request, response));
  const receiver = new Http2Exchange(connectHttp2(front.port), streaming());

  expect(await receiver.readUntil("o\n")).toMatch(/^h+\no\n$/);
});

function streaming(session = S): Record<string, string> {
  return { ":method": POST, ":path": `${session}/xhr_streaming` };
}
