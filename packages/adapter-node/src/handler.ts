import { ServerResponse, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { FrameSource, NativeServer, Reply } from "@sockjs-fetch/core/adapter";
import { rememberNodeEnv, type NodeEnv, type PendingUpgrade } from "./node-env.ts";
import { NodeIncoming, pathAndQuery } from "./node-incoming.ts";
import { toRequest } from "./node-request.ts";
import type { NodeRuntime } from "./node-runtime.ts";
import { ResponseSink } from "./response-sink.ts";
import { writeResponse } from "./write-response.ts";

/** Any function that answers a `Request`: a framework's, or one of your own. It gets Node's objects as second argument. */
export type Fetch = (request: Request, env: NodeEnv) => Response | Promise<Response>;

/** Answers a request by our own server, without a `Request` or a `Response` in between. Never rejects. */
export async function handleRequest(
  server: NativeServer,
  request: IncomingMessage,
  response: ServerResponse,
  target: string,
): Promise<void> {
  response.on("error", () => {}); // the client has gone; its sink is told by the socket
  const reply = await server.handle(new NodeIncoming(request, target));
  writeReply(response, reply);
}

/** As {@link handleRequest} for a request whose socket Node has given up for an upgrade. */
export async function handleUpgrade(
  server: NativeServer,
  runtime: NodeRuntime,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  target: string,
): Promise<void> {
  const pending: PendingUpgrade = { socket, head, done: false };
  socket.on("error", () => {}); // Node took its own listener away; the WebSocket brings another
  const incoming = new NodeIncoming(request, target, (listener) => {
    runtime.accept(request, pending, listener);
    return { status: 101, headers: {}, body: null };
  });
  const reply = await server.handle(incoming);
  if (!pending.done) writeReply(adoptSocket(request), reply);
}

/** Answers by a `fetch` function that is not ours. Never rejects. */
export async function handleForeignRequest(
  fetch: Fetch,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.on("error", () => {}); // the client has gone; the signal and the body's source are told
  const abort = new AbortController();
  response.on("close", () => {
    if (!response.writableFinished) abort.abort();
  });
  const env: NodeEnv = { incoming: request, outgoing: response };
  const answer = await callFetch(fetch, env, abort.signal);
  await writeResponse(response, answer);
}

/** As {@link handleForeignRequest} for a request whose socket Node has given up for an upgrade. */
export async function handleForeignUpgrade(
  fetch: Fetch,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): Promise<void> {
  socket.on("error", () => {}); // Node took its own listener away; the WebSocket brings another
  const upgrade: PendingUpgrade = { socket, head, done: false };
  const abort = new AbortController();
  socket.on("close", () => abort.abort());
  const env: NodeEnv = { incoming: request, upgrade };
  const answer = await callFetch(fetch, env, abort.signal);
  if (!upgrade.done) await writeResponse(adoptSocket(request), answer);
}

async function callFetch(fetch: Fetch, env: NodeEnv, signal: AbortSignal): Promise<Response> {
  let request;
  try {
    request = toRequest(env.incoming, pathAndQuery(env.incoming), signal);
  } catch {
    return new Response("Bad request\n", { status: 400 }); // no `Request` can hold it: the method TRACE, for one
  }
  rememberNodeEnv(request, env);
  try {
    return await fetch(request, env);
  } catch (error) {
    console.error(error); // the application's own failure: said where Node says uncaught errors
    return new Response("Internal server error\n", { status: 500 });
  }
}

/** A response for a socket that Node has given up; the connection closes after it. */
export function adoptSocket(request: IncomingMessage): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.on("error", () => {});
  response.on("finish", () => request.socket.destroySoon());
  response.assignSocket(request.socket);
  return response;
}

function writeReply(response: ServerResponse, reply: Reply): void {
  if (reply.response !== undefined) {
    void writeResponse(response, reply.response);
    return;
  }
  const { status, headers, body } = reply;
  if (body === null || typeof body === "string") {
    response.writeHead(
      status,
      body === null ? headers : { ...headers, "Content-Length": Buffer.byteLength(body) },
    );
    response.end(body ?? undefined);
  } else {
    startBody(response, reply, body);
  }
}

/** Starts the frames of a response as soon as it is its turn on the connection (HTTP pipelining). */
function startBody(response: ServerResponse, reply: Reply, body: FrameSource): void {
  const { socket } = response.req;
  if (socket.destroyed) {
    body.interrupted();
  } else if (response.socket === null) {
    const interrupt = (): void => body.interrupted();
    socket.once("close", interrupt);
    response.once("socket", () => {
      socket.off("close", interrupt);
      startBody(response, reply, body);
    });
  } else {
    socket.cork(); // head, prelude and first frame in one system call
    body.start(new ResponseSink(response, reply, body));
    socket.uncork();
  }
}
