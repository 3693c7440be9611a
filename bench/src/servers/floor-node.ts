import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { WebSocketServer } from "ws";
import { announce, readSettings } from "./control.ts";

/**
 * The least a Node server can do for the same bytes: `ws` echoes or loops over its clients, and `node:http` answers
 *
 * - `POST /answer/<n>` with a text of n bytes once it has read the body, or with 204 where n is 0,
 * - `POST /stream/<id>` and `GET /events/<id>` with a head and a response that stays open,
 * - `POST /send/<id>` with 204, after it has written the body, framed, as one chunk into that open response,
 * - `POST /park/<id>` when `POST /release/<id>` comes, with the framed body of that one, which is answered by 204.
 */
const streams = new Map<string, (payload: string) => void>();
const parked = new Map<string, ServerResponse>();
const texts = new Map<string, string>();

const server = createServer((request, response) => {
  const [, action = "", argument = ""] = (request.url ?? "").split("/");
  switch (action) {
    case "answer":
      return readBody(request, () => answer(response, argument));
    case "send":
      return readBody(request, (payload) => {
        streams.get(argument)?.(payload);
        answer(response, "0");
      });
    case "stream":
      return openStream(
        response,
        argument,
        "application/javascript; charset=UTF-8",
        (p) => `a${p}\n`,
      );
    case "events":
      return openStream(response, argument, "text/event-stream", (p) => `data: a${p}\r\n\r\n`);
    case "park":
      return parked.set(argument, response);
    case "release":
      return readBody(request, (payload) => {
        const waiting = parked.get(argument);
        if (waiting !== undefined) answerText(waiting, `a${payload}\n`);
        answer(response, "0");
      });
    default:
      return response.writeHead(404).end();
  }
});

function readBody(request: IncomingMessage, done: (body: string) => void): void {
  let body = "";
  request.setEncoding("utf8");
  request.on("data", (chunk: string) => (body += chunk));
  request.on("end", () => done(body));
}

function answer(response: ServerResponse, size: string): void {
  if (size === "0") {
    response.writeHead(204).end();
    return;
  }
  let text = texts.get(size);
  if (text === undefined) texts.set(size, (text = "x".repeat(Number(size))));
  answerText(response, text);
}

function answerText(response: ServerResponse, text: string): void {
  const contentLength = Buffer.byteLength(text);
  response.writeHead(200, {
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Length": contentLength,
  });
  response.end(text);
}

function openStream(
  response: ServerResponse,
  id: string,
  contentType: string,
  frame: (payload: string) => string,
): void {
  response.writeHead(200, { "Content-Type": contentType });
  response.write("o\n");
  streams.set(id, (payload) => response.write(frame(payload)));
  response.on("close", () => streams.delete(id));
}

const sockets = new WebSocketServer({ server });
const { broadcasts } = readSettings();
sockets.on("connection", (socket) => {
  socket.on("message", (data, binary) => {
    if (broadcasts) for (const other of sockets.clients) other.send(data, { binary });
    else socket.send(data, { binary });
  });
});

server.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
