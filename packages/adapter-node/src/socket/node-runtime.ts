import type { IncomingMessage } from "node:http";
import type { Runtime, SocketListener } from "@sockjs-fetch/core/adapter";
// @ts-types="@types/ws"
import { WebSocketServer, type ServerOptions } from "ws";
import { findNodeEnv, type PendingUpgrade } from "../foreign/node-env.ts";
import { bindWebSocket } from "./web-socket.ts";

/** Node's part of a server: WebSockets by the `ws` package, and the address of the socket. */
export interface NodeRuntime extends Runtime {
  /** Makes the socket of an upgrade request a WebSocket, or tells the listener that the client has gone. */
  accept(incoming: IncomingMessage, pending: PendingUpgrade, listener: SocketListener): void;
}

/** Makes the runtime part of one server. */
export function createNodeRuntime(): NodeRuntime {
  const acceptors = new Map<number, WebSocketServer>(); // by payload limit: the SockJS and the raw WebSocket have their own
  const accept: NodeRuntime["accept"] = (incoming, pending, listener) => {
    pending.done = true;
    const { socket, head } = pending;
    if (socket.destroyed || !socket.writable) {
      listener.interrupted();
      return;
    }
    const { maxPayload, headers } = listener.settings;
    let acceptor = acceptors.get(maxPayload);
    if (acceptor === undefined) {
      acceptor = createAcceptor(maxPayload);
      acceptors.set(maxPayload, acceptor);
    }
    const addHeaders = (lines: string[]): void => {
      for (const name of Object.keys(headers)) lines.push(`${name}: ${headers[name]}`);
    };
    let accepted = false;
    socket.cork(); // head and open frame in one system call
    acceptor.on("headers", addHeaders);
    acceptor.handleUpgrade(incoming, socket, head, (webSocket) => {
      accepted = true;
      bindWebSocket(webSocket, incoming.socket, listener);
    });
    // It all happens at once, or not at all: `ws` answers a handshake it refuses by itself.
    acceptor.off("headers", addHeaders);
    socket.uncork();
    if (!accepted) listener.interrupted();
  };
  return {
    accept,
    abortSignal: (request) => request.signal,
    atEndOfTurn: (callback) => void setImmediate(callback),
    upgrade(request, args, listener) {
      const env = findNodeEnv(request, args);
      if (env?.upgrade === undefined) throw new Error(CANNOT_UPGRADE);
      accept(env.incoming, env.upgrade, listener);
      return undefined;
    },
    remoteAddress: (request, args) => findNodeEnv(request, args)?.incoming.socket.remoteAddress,
  };
}

const CANNOT_UPGRADE =
  "Cannot upgrade to a WebSocket: the upgrade did not come through this package. Use its `serve`, or `attach(httpServer, " +
  "server)`, and pass what `fetch` gets after the request on to the SockJS server (in Hono: `server.fetch(c.req.raw, c.env)`)";

/** How long a closing handshake may take: until then the other side's close is not told, and its socket is kept. */
const CLOSE_TIMEOUT_MS = 2000;

function createAcceptor(maxPayload: number): WebSocketServer {
  const options: ServerOptions & { readonly closeTimeout: number } = {
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload,
    closeTimeout: CLOSE_TIMEOUT_MS,
    handleProtocols: () => false, // SockJS has no subprotocols
  };
  return new WebSocketServer(options);
}
