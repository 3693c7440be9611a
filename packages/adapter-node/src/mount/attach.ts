import type { IncomingMessage, Server as HttpServer, ServerResponse } from "node:http";
import type {
  Http2SecureServer,
  Http2Server,
  IncomingHttpHeaders,
  ServerHttp2Stream,
} from "node:http2";
import type { Server as HttpsServer } from "node:https";
import type { Duplex } from "node:stream";
import type { Server } from "@sockjs-fetch/core";
import { innerOf, type InnerServer } from "@sockjs-fetch/core/adapter";
import { adoptSocket, takeSocket } from "../http/adopt-socket.ts";
import { pathAndQuery } from "../http/node-request.ts";
import { handleRequest, handleUpgrade } from "../inner/handler.ts";
import { handleStream } from "../inner/http2-handler.ts";
import { createAcceptor } from "../socket/acceptor.ts";
import { isWebSocketHandshake, replayRequest } from "./replay-request.ts";

/** What a SockJS server can be attached to. */
export type AttachableServer = HttpServer | HttpsServer | Http2Server | Http2SecureServer;

/**
 * Lets a SockJS server answer the requests and upgrades below its prefix on a `node:http`, `node:https` or `node:http2` server;
 * all others go to the listeners that are there, as before. Nobody's listeners are touched, whether added before or after.
 * Several servers may be attached; the first whose prefix fits answers. On an HTTP/2 server there are WebSockets where it was
 * made with `allowHTTP1`.
 *
 * @returns a function that takes the server off again. Sessions stay as they are: see `server.close`.
 * @throws {TypeError} when the second argument was not made by this package's `sockjs`.
 */
export function attach<Context>(httpServer: AttachableServer, server: Server<Context>): () => void {
  const inner = innerOf(server);
  if (inner === undefined)
    throw new TypeError("Cannot attach: the server was not made by sockjs()");
  const dispatcher = dispatcherOf(httpServer);
  dispatcher.servers.add(inner);
  return () => {
    if (dispatcher.servers.delete(inner) && dispatcher.servers.size === 0) dispatcher.remove();
  };
}

const DISPATCHER: unique symbol = Symbol("SockJS servers attached");

interface Dispatcher {
  readonly servers: Set<InnerServer>;
  remove(): void;
}

/** Decides which requests become upgrades; Node 22 and up. */
interface NewerServer {
  shouldUpgradeCallback?: (request: IncomingMessage) => boolean;
}

/** The one dispatcher of an HTTP server: it sees each event before the listeners do. */
function dispatcherOf(
  httpServer: AttachableServer & NewerServer & { [DISPATCHER]?: Dispatcher },
): Dispatcher {
  const existing = httpServer[DISPATCHER];
  if (existing !== undefined) return existing;
  const servers = new Set<InnerServer>();
  const accept = createAcceptor();
  const emit: (event: string, ...args: unknown[]) => boolean = httpServer.emit;
  const intercept = (event: string, ...args: unknown[]): boolean => {
    if (event === "stream") {
      // Before `request`, which Node makes of it where somebody listens to that.
      const [stream, headers, , rawHeaders] = args as StreamArguments;
      const target = pathAndQuery({ url: headers[":path"] });
      const owner = headers[":path"] === undefined ? undefined : findOwner(servers, target);
      if (owner !== undefined) {
        handleStream(owner, { stream, headers, rawHeaders }, target, allowsHttp1(httpServer));
        return true;
      }
    }
    if (event === "request" || event === "upgrade" || event === "checkContinue") {
      // Node emits these events with these arguments.
      const request = args[0] as IncomingMessage;
      const target = pathAndQuery(request);
      const owner = findOwner(servers, target);
      if (owner !== undefined) {
        if (event === "upgrade") {
          const [, socket, head] = args as [unknown, Duplex, Buffer];
          if (!isWebSocketHandshake(request)) replayRequest(httpServer, request, socket, head);
          else handleUpgrade(owner, accept, request, socket, head, target);
        } else {
          const response = args[1] as ServerResponse;
          if (event === "checkContinue") response.writeContinue();
          handleRequest(owner, request, response, target);
        }
        return true;
      }
    }
    return emit.call(httpServer, event, ...args);
  };
  // Node emits `upgrade` only where somebody listens; what is nobody's must stay a plain request, as before.
  const passOn = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (httpServer.listenerCount("upgrade") > 1) return;
    if (!isWebSocketHandshake(request)) replayRequest(httpServer, request, socket, head);
    else if (takeSocket(socket)) httpServer.emit("request", request, adoptSocket(request));
  };
  const { shouldUpgradeCallback } = httpServer;
  const shouldUpgrade = (request: IncomingMessage): boolean => {
    if (findOwner(servers, pathAndQuery(request)) !== undefined)
      return isWebSocketHandshake(request);
    if (httpServer.listenerCount("upgrade") === 1) return false; // only ours
    return shouldUpgradeCallback?.call(httpServer, request) ?? true;
  };
  httpServer.emit = intercept;
  httpServer.on("upgrade", passOn);
  if (shouldUpgradeCallback !== undefined) httpServer.shouldUpgradeCallback = shouldUpgrade;
  const dispatcher: Dispatcher = {
    servers,
    remove() {
      httpServer.off("upgrade", passOn);
      // Where somebody has wrapped one of these since, ours stays underneath and lets everything through.
      if (httpServer.emit === intercept) httpServer.emit = emit;
      if (
        httpServer.shouldUpgradeCallback === shouldUpgrade &&
        shouldUpgradeCallback !== undefined
      ) {
        httpServer.shouldUpgradeCallback = shouldUpgradeCallback;
      }
      delete httpServer[DISPATCHER];
    },
  };
  httpServer[DISPATCHER] = dispatcher;
  return dispatcher;
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

function findOwner(servers: Iterable<InnerServer>, target: string): InnerServer | undefined {
  const mark = target.indexOf("?");
  const path = mark < 0 ? target : target.slice(0, mark);
  for (const server of servers) if (server.owns(path)) return server;
  return undefined;
}
