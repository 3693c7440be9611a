import { connect as connectTls } from "node:tls";
import type { IncomingMessage, RequestListener, Server as HttpServer } from "node:http";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { attach } from "../src/index.ts";
import { connectRaw, OFFER_H2C, rawRequest, readAnswer } from "./support/raw-client.ts";
import { createEcho, startHttp, startHttps, startServing } from "./support/servers.ts";
import { TLS } from "./support/tls.ts";

/** Answers with what it has been sent. */
const mirror: RequestListener = (request: IncomingMessage, response) => {
  void text(request).then((body) => {
    response.end(`${request.method} ${request.url} ${request.headers.upgrade} ${body}`);
  });
};

async function startMirror(): Promise<{ readonly server: HttpServer; readonly port: number }> {
  const started = await startHttp();
  started.server.on("request", mirror);
  return started;
}

test("a GET that offers h2c is answered as one that does not", async () => {
  const { port } = await startServing(createEcho());
  const connection = await connectRaw(port);
  await connection.write(rawRequest("GET", "/echo", { headers: OFFER_H2C }));

  expect((await readAnswer(connection)).body).toBe("Welcome to SockJS!\n");
});

test("the connection of an offer goes on, with further offers", async () => {
  const { port } = await startServing(createEcho());
  const connection = await connectRaw(port);
  const request = rawRequest("POST", "/echo/000/s1/xhr", { headers: OFFER_H2C, body: "" });
  await connection.write(request);
  const open = await readAnswer(connection);
  const send = { headers: OFFER_H2C, body: '["a"]' };
  await connection.write(rawRequest("POST", "/echo/000/s1/xhr_send", send));
  const sent = await readAnswer(connection);
  await connection.write(request);

  expect([open.body, sent.status, (await readAnswer(connection)).body]).toEqual([
    "o\n",
    204,
    'a["a"]\n',
  ]);
});

test("a body that comes after its head is read whole", async () => {
  const { port } = await startServing(createEcho());
  const connection = await connectRaw(port);
  await connection.write(rawRequest("POST", "/echo/000/s1/xhr", { body: "" }));
  await readAnswer(connection);
  const message = "x".repeat(200_000);
  const send = { headers: OFFER_H2C, body: JSON.stringify([message]) };
  const bytes = rawRequest("POST", "/echo/000/s1/xhr_send", send);
  await connection.write(bytes.slice(0, 250));
  await connection.write(bytes.slice(250));
  const { status } = await readAnswer(connection);
  await connection.write(rawRequest("POST", "/echo/000/s1/xhr", { body: "" }));

  expect([status, (await readAnswer(connection)).body]).toEqual([204, `a["${message}"]\n`]);
});

test("below `attach()`, an offer to our server is answered", async () => {
  const { server, port } = await startMirror();
  attach(server, createEcho());
  const connection = await connectRaw(port);
  await connection.write(rawRequest("GET", "/echo", { headers: OFFER_H2C }));

  expect((await readAnswer(connection)).body).toBe("Welcome to SockJS!\n");
});

test("below `attach()`, an offer to the application reaches it with its body", async () => {
  const { server, port } = await startMirror();
  attach(server, createEcho());
  const connection = await connectRaw(port);
  const request = rawRequest("POST", "/mirror", { headers: OFFER_H2C, body: "body" });
  await connection.write(request);
  const first = await readAnswer(connection);
  await connection.write(request);

  expect([first.body.replace("h2c", "undefined"), (await readAnswer(connection)).status]).toEqual([
    "POST /mirror undefined body",
    200,
  ]);
});

test("below `attach()`, an offer goes to an upgrade listener of the application", async () => {
  const { server, port } = await startMirror();
  server.on("upgrade", (request, socket) => {
    socket.end(
      `HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n${request.headers.upgrade?.slice(0, 2)}`,
    );
  });
  attach(server, createEcho());
  const connection = await connectRaw(port);
  await connection.write(rawRequest("GET", "/mirror", { headers: OFFER_H2C }));

  expect((await readAnswer(connection)).body).toBe("h2");
});

test("an offer pipelined behind a request that is not answered yet ends nothing but its connection", async () => {
  const serving = await startServing(createEcho());
  const connection = await connectRaw(serving.port);
  const poll = rawRequest("POST", "/echo/000/s1/xhr", { body: "" });
  await connection.write(poll);
  await readAnswer(connection);
  await connection.write(poll + rawRequest("GET", "/echo", { headers: OFFER_H2C }));
  const other = await connectRaw(serving.port);
  await other.write(rawRequest("GET", "/echo"));

  expect((await readAnswer(other)).status).toBe(200);
});

test("an offer over https is answered", async () => {
  const { server, port } = await startHttps();
  attach(server, createEcho());
  const socket = connectTls({ port, host: "localhost", ca: TLS.cert });
  socket.write(rawRequest("GET", "/echo", { headers: OFFER_H2C }));
  let received = "";
  for await (const chunk of socket) {
    received += String(chunk);
    if (received.endsWith("Welcome to SockJS!\n")) break;
  }

  expect(received.startsWith("HTTP/1.1 200 OK\r\n")).toBe(true);
});
