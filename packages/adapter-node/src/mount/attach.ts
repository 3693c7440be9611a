import type { IncomingMessage, Server as HttpServer } from "node:http";
import type { Http2SecureServer, Http2Server } from "node:http2";
import type { Server as HttpsServer } from "node:https";
import type { Duplex } from "node:stream";
import type { Server } from "@sockjs-fetch/core";
import { innerOf, type InnerServer } from "@sockjs-fetch/core/adapter";
import { adoptSocket, takeSocket } from "../http/adopt-socket.ts";
import { pathAndQuery } from "../http/node-request.ts";
import { createDispatch, findOwner } from "./dispatch.ts";
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
  const emit: (event: string, ...args: unknown[]) => boolean = httpServer.emit;
  const takes = createDispatch(httpServer, servers);
  const intercept = (event: string, ...args: unknown[]): boolean =>
    takes(event, args) || emit.call(httpServer, event, ...args);
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
    if (servers.size > 0 && httpServer.listenerCount("upgrade") === 1) return false; // only ours
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
