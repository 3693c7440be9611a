import type { EventEmitter } from "node:events";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Http2ServerRequest, IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import type { InnerServer } from "@sockjs-fetch/core/adapter";
import { pathAndQuery, splitTarget } from "../http/node-request.ts";
import { handleRequest, handleUpgrade } from "../inner/handler.ts";
import { handleStream } from "../inner/http2-handler.ts";
import type { Http2Request } from "../inner/http2-incoming.ts";
import { createAcceptor } from "../socket/acceptor.ts";
import { isWebSocketHandshake, replayRequest } from "./replay-request.ts";

/**
 * Makes what looks at each event of an HTTP server before its listeners do: it answers what belongs to one of the SockJS servers,
 * and tells whether it did.
 */
export function createDispatch(
  httpServer: EventEmitter,
  servers: ReadonlySet<InnerServer>,
): (event: string, args: readonly unknown[]) => boolean {
  const accept = createAcceptor();
  const takesRequest = (
    event: string,
    request: IncomingMessage | Http2ServerRequest,
    response: ServerResponse,
  ): boolean => {
    if (isByStream(request)) return takesStream(request);
    const target = pathAndQuery(request);
    const owner = findOwner(servers, target);
    if (owner === undefined) return false;
    if (event === "checkContinue") response.writeContinue();
    handleRequest(owner, request, response, target);
    return true;
  };
  const takesUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): boolean => {
    const target = pathAndQuery(request);
    const owner = findOwner(servers, target);
    if (owner === undefined) return false;
    if (!isWebSocketHandshake(request)) replayRequest(httpServer, request, socket, head);
    else handleUpgrade(owner, accept, request, socket, head, target);
    return true;
  };
  const takesStream = (request: Http2Request): boolean => {
    const path = request.headers[":path"];
    if (path === undefined) return false; // a CONNECT to another host
    const target = pathAndQuery({ url: path });
    const owner = findOwner(servers, target);
    if (owner === undefined) return false;
    handleStream(owner, request, target, allowsHttp1(httpServer));
    return true;
  };
  // Node emits these events with these arguments.
  return (event, args) => {
    switch (event) {
      case "request":
      case "checkContinue":
        return takesRequest(
          event,
          ...(args as [IncomingMessage | Http2ServerRequest, ServerResponse]),
        );
      case "upgrade":
        return takesUpgrade(...(args as [IncomingMessage, Duplex, Buffer]));
      case "stream": {
        // Before `request`, which Node makes of it where somebody listens to that.
        const [stream, headers, , rawHeaders] = args as StreamArguments;
        return takesStream({ stream, headers, rawHeaders });
      }
      default:
        return false;
    }
  };
}

/** The server that a target belongs to; the first where there are several. */
export function findOwner(servers: Iterable<InnerServer>, target: string): InnerServer | undefined {
  const [path] = splitTarget(target);
  for (const server of servers) if (server.owns(path)) return server;
  return undefined;
}

/** Whether a request came by HTTP/2: another server's, which hands its requests on to this one. */
function isByStream(request: IncomingMessage | Http2ServerRequest): request is Http2ServerRequest {
  return request.httpVersionMajor >= 2;
}

/** What Node emits `stream` with. */
type StreamArguments = [
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  flags: number,
  rawHeaders: readonly string[],
];

/** Whether an HTTP/2 server takes HTTP/1.1 as well: then it offers it in its handshakes, and nothing else of it says so. */
function allowsHttp1(server: object): boolean {
  const protocols: unknown = Reflect.get(server, "ALPNProtocols"); // each with its length before it
  return Buffer.isBuffer(protocols) && protocols.includes("http/1.1");
}
