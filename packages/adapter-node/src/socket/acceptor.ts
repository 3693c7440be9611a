import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import type { SocketListener } from "@sockjs-fetch/core/adapter";
// @ts-types="@types/ws"
import { WebSocketServer, type ServerOptions } from "ws";
import { bindWebSocket, CLOSE_TIMEOUT_MS } from "./web-socket.ts";

/** Makes the socket of an upgrade request a WebSocket, or tells the listener that the browser has gone. */
export type Accept = (
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
  listener: SocketListener,
) => void;

/** Makes what accepts the WebSockets of one server, by the `ws` package. */
export function createAcceptor(): Accept {
  const acceptors = new Map<number, WebSocketServer>(); // by payload limit: the SockJS and the raw WebSocket have their own
  return (request, socket, head, listener) => {
    if (socket.destroyed || !socket.writable) {
      listener.interrupted();
      return;
    }
    const { maxPayload, headers } = listener.settings;
    let acceptor = acceptors.get(maxPayload);
    if (acceptor === undefined) {
      acceptor = createWebSocketServer(maxPayload);
      acceptors.set(maxPayload, acceptor);
    }
    const addHeaders = (lines: string[]): void => {
      for (const name of Object.keys(headers)) lines.push(`${name}: ${headers[name]}`);
    };
    let accepted = false;
    // `ws` refuses an empty list of subprotocols, which says no more than none.
    if (request.headers["sec-websocket-protocol"] === "")
      delete request.headers["sec-websocket-protocol"];
    socket.cork(); // head and open frame in one system call
    acceptor.on("headers", addHeaders);
    acceptor.handleUpgrade(request, socket, head, (webSocket) => {
      accepted = true;
      bindWebSocket(webSocket, request.socket, listener);
    });
    // It all happens at once, or not at all: `ws` answers a handshake it refuses by itself.
    acceptor.off("headers", addHeaders);
    socket.uncork();
    if (!accepted) listener.interrupted();
  };
}

function createWebSocketServer(maxPayload: number): WebSocketServer {
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
