import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import {
  andThen,
  type FramesReply,
  type InnerServer,
  type Reply,
  type TextReply,
} from "@sockjs-fetch/core/adapter";
import { adoptSocket, ignore, takeSocket } from "../http/adopt-socket.ts";
import { takeTurn } from "../http/pipelining.ts";
import { writeResponseSafely } from "../http/write-response.ts";
import type { Accept } from "../socket/acceptor.ts";
import { NodeIncoming } from "./node-incoming.ts";
import { ResponseSink } from "./response-sink.ts";
import { writeHead } from "../http/write-head.ts";

/** Answers a request by our own server, without a `Request` or a `Response` in between. */
export function handleRequest(
  server: InnerServer,
  request: IncomingMessage,
  response: ServerResponse,
  target: string,
): void {
  response.on("error", ignore);
  if (!takeTurn(response)) return;
  void andThen(server.handle(new NodeIncoming(request, target)), (reply) =>
    writeReply(server, response, reply),
  );
}

/** As {@link handleRequest} for a request whose socket Node has given up for an upgrade. */
export function handleUpgrade(
  server: InnerServer,
  accept: Accept,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  target: string,
): void {
  if (!takeSocket(socket)) return;
  const incoming = new NodeIncoming(request, target, (listener) => {
    accept(request, socket, head, listener);
    return { kind: "upgraded", response: undefined };
  });
  void andThen(server.handle(incoming), (reply) => {
    if (reply.kind !== "upgraded") writeReply(server, adoptSocket(request), reply);
  });
}

function writeReply(server: InnerServer, response: ServerResponse, reply: Reply): void {
  switch (reply.kind) {
    case "text":
      writeText(response, reply);
      break;
    case "frames":
      startBody(response, reply);
      break;
    case "response":
      void writeResponseSafely(response, reply.response, (error) => server.fail(error));
      break;
    case "upgraded": // only a request whose socket Node has given up is upgraded
  }
}

function writeText(response: ServerResponse, { status, headers, body }: TextReply): void {
  if (body === null) {
    writeHead(response, status, headers);
    response.end();
  } else {
    writeHead(response, status, headers, Buffer.byteLength(body));
    response.end(body);
  }
}

/** Starts the frames of a response as soon as it is its turn on the connection: see {@link takeTurn}. */
function startBody(response: ServerResponse, reply: FramesReply): void {
  const { socket } = response.req;
  const { source } = reply;
  if (socket.destroyed) {
    source.interrupted();
  } else if (response.socket === null) {
    const interrupt = (): void => source.interrupted();
    response.once("close", interrupt);
    response.once("socket", () => {
      response.off("close", interrupt);
      startBody(response, reply);
    });
  } else {
    response.req.resume(); // a body that nobody reads would hide the end of the connection behind it
    socket.cork(); // head, prelude and first frame in one system call
    source.start(new ResponseSink(response, reply));
    socket.uncork();
  }
}
