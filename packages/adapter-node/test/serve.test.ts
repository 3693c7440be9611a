import { once } from "node:events";
import { connect } from "node:net";
import { expect, test } from "vitest";
import { openWebSocket } from "../../../tests/harness/websocket-client.ts";
import { serve, sockjs } from "../src/index.ts";
import { ask, connectRaw, HANDSHAKE, rawRequest, readAnswer } from "./support/raw-client.ts";
import { createEcho, startServing } from "./support/servers.ts";
import { TLS } from "./support/tls.ts";

test("`serve()` answers by a SockJS server", async () => {
  const { port } = await startServing(createEcho());
  const { status, body } = await ask(port, "GET", "/echo");

  expect([status, body]).toEqual([200, "Welcome to SockJS!\n"]);
});

test("`serve()` answers 404 outside the prefix", async () => {
  const { port } = await startServing(createEcho());
  const { status, body } = await ask(port, "GET", "/other");

  expect([status, body]).toEqual([404, "Not found\n"]);
});

test("`serve()` tells where it listens", async () => {
  const serving = await startServing(createEcho());

  expect([serving.hostname, serving.url, serving.server.listening]).toEqual([
    "127.0.0.1",
    `http://127.0.0.1:${serving.port}`,
    true,
  ]);
});

test("`serve()` puts an IPv6 address in brackets", async () => {
  const { url, port } = await startServing(createEcho(), { hostname: "::1" });

  expect(url).toBe(`http://[::1]:${port}`);
});

test("`serve()` rejects when it cannot listen", async () => {
  const { port } = await startServing(createEcho());

  await expect(serve({ fetch: createEcho(), port, hostname: "127.0.0.1" })).rejects.toThrow(
    expect.objectContaining({ code: "EADDRINUSE" }),
  );
});

test("`serve()` upgrades to WebSockets", async () => {
  const { port } = await startServing(createEcho());
  const client = await openWebSocket(port, "/echo/000/s1/websocket");
  client.socket.send('["a"]');

  expect([await client.readMessage(), await client.readMessage()]).toEqual(["o", 'a["a"]']);
});

test("`serve()` with `tls` serves https", async () => {
  const { url } = await startServing(createEcho(), { tls: TLS, hostname: "localhost" });
  const { request } = await import("node:https");
  const [response] = (await once(request(`${url}/echo`, { ca: TLS.cert }).end(), "response")) as [
    { statusCode: number; resume(): void },
  ];
  response.resume();

  expect([url.startsWith("https:"), response.statusCode]).toEqual([true, 200]);
});

test("`close()` sends connections their close frame, and lets go of the port", async () => {
  const serving = await startServing(createEcho());
  const client = await openWebSocket(serving.port, "/echo/000/s1/websocket");
  await client.readMessage();
  await serving.close({ code: 4000, reason: "new version" });

  expect([await client.readMessage(), await client.readEnd()]).toEqual([
    'c[4000,"new version"]',
    { code: 4000, reason: "new version" },
  ]);
  expect(serving.server.listening).toBe(false);
});

test("`close()` ends what streams, and its client gets everything queued", async () => {
  const message = "x".repeat(100_000);
  const server = sockjs({ open: (connection) => connection.send(message) });
  const serving = await startServing(server);
  const connection = await connectRaw(serving.port);
  await connection.write(rawRequest("POST", "/000/s1/xhr_streaming", { body: "" }));
  await connection.readHead();
  const closing = serving.close();
  const { text } = await connection.readRemainder();
  await closing;

  expect([text.includes(`a["${message}"]\n`), text.includes('c[1001,"Server is shutting down"]\n')]) //
    .toEqual([true, true]);
  expect(text.endsWith("0\r\n\r\n")).toBe(true);
});

test("`close()` waits for a slow client to take what it has been sent", async () => {
  const message = "x".repeat(1_000_000);
  const server = sockjs(
    {
      open(connection) {
        for (let count = 0; count < 12; count++) connection.send(message);
      },
    },
    { responseLimit: 100_000_000 },
  );
  const serving = await startServing(server);
  const socket = connect(serving.port, "127.0.0.1"); // nothing is read before the loop below
  socket.write(rawRequest("POST", "/000/s1/xhr_streaming", { body: "" }));
  await expect.poll(() => server.stats().bufferedAmount).toBeGreaterThan(0);
  const closing = serving.close();
  let text = "";
  for await (const chunk of socket) text += String(chunk);
  await closing;

  expect([text.length > 12_000_000, text.slice(-60)]).toEqual([
    true,
    expect.stringMatching(/c\[1001,"Server is shutting down"\]\n\r\n0\r\n\r\n$/),
  ]);
});

test("`close()` does not wait for a WebSocket that never answers its close frame", async () => {
  const serving = await startServing(createEcho());
  const connection = await connectRaw(serving.port);
  await connection.write(rawRequest("GET", "/echo/websocket", { headers: HANDSHAKE }));
  await connection.readHead();
  await serving.close();
  const closeFrame = [...(await connection.readBytes(4))];

  expect([closeFrame, (await connection.readRemainder()).text]).toEqual([
    [0x88, 2, 0x03, 0xe8],
    "",
  ]);
});

test("`close()` cuts idle connections that are kept alive", async () => {
  const serving = await startServing(createEcho());
  const connection = await connectRaw(serving.port);
  await connection.write(rawRequest("GET", "/echo"));
  await readAnswer(connection);
  await serving.close();

  expect((await connection.readRemainder()).text).toBe("");
});

test("`close()` does not wait for a client that begins no TLS handshake", async () => {
  const serving = await startServing(createEcho(), { tls: TLS });
  const connection = await connectRaw(serving.port);
  await expect
    .poll(
      () => new Promise((resolve) => serving.server.getConnections((_, count) => resolve(count))),
    )
    .toBe(1);
  await serving.close();

  expect((await connection.readRemainder()).text).toBe("");
});

test("`serve()` listens to signals until it is closed", async () => {
  // The list of this process, on which servers of other tests may be.
  const list = Symbol.for("sockjs-fetch.endings");
  const others: unknown = Reflect.get(globalThis, list);
  Reflect.deleteProperty(globalThis, list);
  const before = [process.listenerCount("SIGTERM"), process.listenerCount("SIGINT")];
  const serving = await startServing(createEcho(), { gracefulShutdown: true });
  const during = [process.listenerCount("SIGTERM"), process.listenerCount("SIGINT")];
  await serving.close();
  Reflect.set(globalThis, list, others);

  expect([during, [process.listenerCount("SIGTERM"), process.listenerCount("SIGINT")]]).toEqual([
    before.map((count) => count + 1),
    before,
  ]);
});

test("`serve()` with `gracefulShutdown: false` listens to no signal", async () => {
  const before = process.listenerCount("SIGTERM");
  await startServing(createEcho());

  expect(process.listenerCount("SIGTERM")).toBe(before);
});

test("`remoteAddress` is that of the socket", async () => {
  const addresses: unknown[] = [];
  const server = sockjs({ open: (connection) => void addresses.push(connection.remoteAddress) });
  const { port } = await startServing(server);
  await ask(port, "POST", "/000/s1/xhr", { body: "" });
  await openWebSocket(port, "/000/s2/websocket");

  expect(addresses).toEqual(["127.0.0.1", "127.0.0.1"]);
});

test("`connection.request` stays usable after the exchange", async () => {
  const requests: Request[] = [];
  const server = sockjs({}, { authorize: (request) => void requests.push(request) });
  const { port } = await startServing(server);
  const headers = ["X-Twice: a", "X-Twice: b"];
  await ask(port, "POST", "/000/s1/xhr?t=1", { body: "", headers });
  const [request] = requests;

  expect([request?.url, request?.method, request?.headers.get("x-twice")]).toEqual([
    "http://localhost/000/s1/xhr?t=1",
    "POST",
    "a, b",
  ]);
});

test.each(["a:b@localhost", "x/../y", "x?y", "x y", ""])(
  "a `Host` of `%s` stands for `localhost`, never for another path",
  async (host) => {
    const urls: string[] = [];
    const server = sockjs({}, { authorize: (request) => void urls.push(request.url) });
    const { port } = await startServing(server);
    const connection = await connectRaw(port);
    await connection.write(
      `POST /000/s1/xhr HTTP/1.1\r\nHost: ${host}\r\nContent-Length: 0\r\n\r\n`,
    );
    const { body } = await readAnswer(connection);

    expect([body, urls]).toEqual(["o\n", ["http://localhost/000/s1/xhr"]]);
  },
);
