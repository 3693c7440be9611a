import { once } from "node:events";
import {
  createServer,
  ServerResponse,
  type IncomingMessage,
  type OutgoingHttpHeaders,
  type RequestListener,
  type Server as HttpServer,
} from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { expect, test } from "vitest";
import { WebSocket, WebSocketServer } from "ws";
import { openWebSocket } from "../../../tests/harness/websocket-client.ts";
import { attach } from "../src/index.ts";
import { ask, connectRaw, HANDSHAKE, rawRequest, readAnswer } from "./support/raw-client.ts";
import { createEcho, startHttp, startHttps } from "./support/servers.ts";
import { TLS } from "./support/tls.ts";

/** Answers everything, as an Express application does. */
const application: RequestListener = (request, response) => {
  response.end(`application ${request.method} ${request.url}`);
};

/** A WebSocket server of somebody else's at `/other`, which leaves all other paths alone. */
function addOtherWebSockets(server: HttpServer): WebSocketServer {
  const others = new WebSocketServer({ noServer: true });
  others.on("connection", (socket) => socket.send("other"));
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.url !== "/other") return;
    others.handleUpgrade(request, socket, head, (webSocket) => {
      others.emit("connection", webSocket, request);
    });
  });
  return others;
}

test("`attach()` answers below the prefix, and leaves the rest to a listener added before", async () => {
  const { server, port } = await startHttp();
  server.on("request", application);
  attach(server, createEcho());

  expect([
    (await ask(port, "GET", "/echo")).body,
    (await ask(port, "GET", "/echo/nothing")).body,
    (await ask(port, "GET", "/echoes")).body,
    (await ask(port, "POST", "/", { body: "x" })).body,
  ]).toEqual([
    "Welcome to SockJS!\n",
    "Not found\n",
    "application GET /echoes",
    "application POST /",
  ]);
});

test("`attach()` leaves the rest to a listener added after", async () => {
  const { server, port } = await startHttp();
  attach(server, createEcho());
  server.on("request", application);

  expect([(await ask(port, "GET", "/echo")).body, (await ask(port, "GET", "/x")).body]).toEqual([
    "Welcome to SockJS!\n",
    "application GET /x",
  ]);
});

test("no other listener sees a request below the prefix", async () => {
  const { server, port } = await startHttp();
  const seen: unknown[] = [];
  server.on("request", (request) => seen.push(request.url));
  attach(server, createEcho());
  server.prependListener("request", (request) => seen.push(request.url));
  server.on("request", application);
  await ask(port, "GET", "/echo/info");
  await ask(port, "GET", "/x");

  expect(seen).toEqual(["/x", "/x"]);
});

test("`attach()` upgrades beside another WebSocket server", async () => {
  const { server, port } = await startHttp();
  addOtherWebSockets(server);
  attach(server, createEcho());
  const ours = await openWebSocket(port, "/echo/000/s1/websocket");
  const other = await openWebSocket(port, "/other");

  expect([await ours.readMessage(), await other.readMessage()]).toEqual(["o", "other"]);
});

test("`attach()` upgrades beside another WebSocket server that is added after", async () => {
  const { server, port } = await startHttp();
  attach(server, createEcho());
  addOtherWebSockets(server);
  const ours = await openWebSocket(port, "/echo/websocket");
  const other = await openWebSocket(port, "/other");
  ours.socket.send("a");

  expect([await ours.readMessage(), await other.readMessage()]).toEqual(["a", "other"]);
});

test("`attach()` upgrades beside a WebSocket server that refuses what it does not know", async () => {
  const { server, port } = await startHttp();
  const strict = new WebSocketServer({ server, path: "/strict" });
  attach(server, createEcho());
  const ours = await openWebSocket(port, "/echo/000/s1/websocket");
  const other = await openWebSocket(port, "/strict");
  strict.close();

  expect([await ours.readMessage(), other.socket.readyState]).toEqual(["o", WebSocket.OPEN]);
});

test("an upgrade that is nobody's is a plain request, as without `attach()`", async () => {
  const { server, port } = await startHttp();
  server.on("request", application);
  attach(server, createEcho());
  const { status, body } = await ask(port, "GET", "/x", { headers: HANDSHAKE });

  expect([status, body]).toEqual([200, "application GET /x"]);
});

test("a wrong handshake below the prefix is answered", async () => {
  const { server, port } = await startHttp();
  attach(server, createEcho());
  const headers = HANDSHAKE.filter((line) => !line.startsWith("Sec-WebSocket-Key"));
  const { status, body } = await ask(port, "GET", "/echo/websocket", { headers });

  expect([status, body]).toEqual([
    400,
    'Not a valid websocket request: "Sec-WebSocket-Key" is missing or malformed\n',
  ]);
});

test("two servers are attached, each below its prefix", async () => {
  const { server, port } = await startHttp();
  attach(server, createEcho({ prefix: "/a" }));
  attach(server, createEcho({ prefix: "/b", transports: ["xhr-polling"] }));
  const client = await openWebSocket(port, "/a/000/s1/websocket");
  const paths = ["/a", "/b", "/b/000/s1/websocket"];
  const answers = await Promise.all(paths.map((path) => ask(port, "GET", path)));

  expect([await client.readMessage(), ...answers.map(({ body }) => body)]).toEqual([
    "o",
    "Welcome to SockJS!\n",
    "Welcome to SockJS!\n",
    "Not found\n",
  ]);
});

test("detaching one server leaves the other", async () => {
  const { server, port } = await startHttp();
  server.on("request", application);
  const detach = attach(server, createEcho({ prefix: "/a" }));
  attach(server, createEcho({ prefix: "/b" }));
  detach();
  detach();

  expect([(await ask(port, "GET", "/a")).body, (await ask(port, "GET", "/b")).body]).toEqual([
    "application GET /a",
    "Welcome to SockJS!\n",
  ]);
});

test("detaching restores the server", async () => {
  const { server, port } = await startHttp();
  server.on("request", application);
  const { emit } = server;
  const listeners = server.eventNames().map((name) => [name, server.listenerCount(name)]);
  attach(server, createEcho())();

  expect(server.emit).toBe(emit);
  expect(server.eventNames().map((name) => [name, server.listenerCount(name)])).toEqual(listeners);
  expect((await ask(port, "GET", "/echo")).body).toBe("application GET /echo");
});

test("detaching twice does not take off a server attached since", async () => {
  const { server, port } = await startHttp();
  const detach = attach(server, createEcho({ prefix: "/a" }));
  detach();
  const detachSecond = attach(server, createEcho({ prefix: "/b" }));
  detach();
  attach(server, createEcho({ prefix: "/c" }));
  server.on("request", application);
  const before = [
    (await ask(port, "GET", "/b")).body,
    (await ask(port, "GET", "/c")).body,
    (await ask(port, "GET", "/x", { headers: HANDSHAKE })).body,
  ];
  detachSecond();

  expect([before, (await ask(port, "GET", "/b")).body, (await ask(port, "GET", "/c")).body]) //
    .toEqual([
      ["Welcome to SockJS!\n", "Welcome to SockJS!\n", "application GET /x"],
      "application GET /b",
      "Welcome to SockJS!\n",
    ]);
});

test("detaching below somebody else's wrapped `emit` lets everything through", async () => {
  const { server, port } = await startHttp();
  server.on("request", application);
  const detach = attach(server, createEcho());
  const emitted: string[] = [];
  const emit = server.emit.bind(server);
  server.emit = (event: string, ...args: unknown[]) => {
    emitted.push(event);
    return emit(event, ...args);
  };
  detach();
  const { body } = await ask(port, "GET", "/echo");

  expect([body, emitted.includes("request")]).toEqual(["application GET /echo", true]);
});

test("detaching below somebody else's wrapped `shouldUpgradeCallback` lets everything through", async () => {
  type Callback = (request: Partial<IncomingMessage>) => boolean;
  const http = await startHttp();
  const server: HttpServer & { shouldUpgradeCallback?: Callback } = http.server;
  server.shouldUpgradeCallback = () => true; // as Node has it from version 24 on
  const detach = attach(server, createEcho());
  const ours = server.shouldUpgradeCallback;
  server.shouldUpgradeCallback = (request) => ours(request);
  detach();
  server.on("upgrade", () => {});

  expect(server.shouldUpgradeCallback({ url: "/x", headers: {} })).toBe(true);
});

test("sessions go on when their server is detached and attached again", async () => {
  const { server, port } = await startHttp();
  const echo = createEcho();
  const detach = attach(server, echo);
  await ask(port, "POST", "/echo/000/s1/xhr", { body: "" });
  detach();
  attach(server, echo);
  await ask(port, "POST", "/echo/000/s1/xhr_send", { body: '["a"]' });

  expect((await ask(port, "POST", "/echo/000/s1/xhr", { body: "" })).body).toBe('a["a"]\n');
});

test("`Expect: 100-continue` is answered below the prefix, beside a listener for it", async () => {
  const { server, port } = await startHttp();
  const seen: unknown[] = [];
  server.on("checkContinue", (request) => seen.push(request.url));
  attach(server, createEcho());
  const connection = await connectRaw(port);
  await connection.write(
    "POST /echo/000/s1/xhr HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n",
  );
  const interim = await connection.readHead();
  await connection.write("{}");
  const { status, body } = await readAnswer(connection);

  expect([interim.status, status, body, seen]).toEqual([100, 200, "o\n", []]);
});

test("a whole URL as request target is understood", async () => {
  const { server, port } = await startHttp();
  attach(server, createEcho());
  const { body } = await ask(port, "GET", "http://elsewhere.example/echo?x=/y");

  expect(body).toBe("Welcome to SockJS!\n");
});

test("`attach()` serves https and its WebSockets", async () => {
  const { server, port } = await startHttps();
  server.on("request", application);
  attach(server, createEcho());
  const url = `wss://localhost:${port}/echo/000/s1/websocket`;
  const socket = new WebSocket(url, { ca: TLS.cert });
  const [frame] = (await once(socket, "message")) as [Buffer];
  socket.terminate();

  expect(frame.toString()).toBe("o");
});

test("`attach()` refuses a function that is no SockJS server", async () => {
  const { server } = await startHttp();

  expect(() => attach(server, (() => {}) as never)).toThrow(
    new TypeError("Cannot attach: the server was not made by sockjs()"),
  );
});

test("a request whose client has gone leaves nothing behind", async () => {
  const { server, port } = await startHttp();
  const echo = createEcho({ disconnectDelay: 1 });
  attach(server, echo);
  const connection = await connectRaw(port);
  await connection.write(rawRequest("POST", "/echo/000/s1/xhr_streaming", { body: "" }));
  await connection.readHead();
  connection.reset();

  await expect.poll(() => echo.stats().sessions).toBe(0);
});

/** A response as middleware leaves it: a header set already, and a `writeHead` that reads headers as an object only. */
class WrappedResponse extends ServerResponse {
  constructor(request: IncomingMessage) {
    super(request);
    this.setHeader("X-Before", "set");
    const writeHead = this.writeHead.bind(this);
    this.writeHead = (status: number, headers?: unknown): this => {
      if (Array.isArray(headers)) throw new TypeError("Headers must be an object");
      return writeHead(status, headers as OutgoingHttpHeaders);
    };
  }
}

test("answers keep what middleware has set before, and reach a `writeHead` that it has wrapped as an object", async () => {
  const server = createServer({ ServerResponse: WrappedResponse });
  server.listen(0);
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  attach(server, createEcho());
  const answers = await Promise.all([
    fetch(`http://127.0.0.1:${port}/echo/info`),
    fetch(`http://127.0.0.1:${port}/echo/000/s1/xhr`, { method: "POST" }),
  ]);
  const bodies = await Promise.all(answers.map((answer) => answer.text()));
  server.close();
  server.closeAllConnections();

  expect(answers.map(({ status, headers }) => [status, headers.get("x-before")])).toEqual([
    [200, "set"],
    [200, "set"],
  ]);
  expect(bodies[1]).toBe("o\n");
});
