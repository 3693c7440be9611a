import type { EventEmitter } from "node:events";
import type { IncomingMessage } from "node:http";
import { Server as TlsServer } from "node:tls";
import type { Duplex } from "node:stream";

/** Whether a request asks for a WebSocket in the one way there is (RFC 6455, section 4.1). */
export function isWebSocketHandshake(request: IncomingMessage): boolean {
  return request.method === "GET" && request.headers.upgrade?.toLowerCase() === "websocket";
}

/**
 * Gives a request back to its HTTP server as one that asks for no upgrade. Node 20 hands over the bare socket for any
 * `Upgrade`, also for one that may be ignored (RFC 9110, section 7.8), such as the h2c that Java's client offers with each
 * request; the request's body is then still unread. The connection goes on as usual. Remove when Node 20 is dropped:
 * from Node 22 on `shouldUpgradeCallback` decides.
 */
export function replayRequest(
  server: EventEmitter,
  request: IncomingMessage,
  socket: Duplex,
  head: Buffer,
): void {
  const lines = [`${request.method} ${request.url} HTTP/${request.httpVersion}`];
  const raw = request.rawHeaders;
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const [name = "", value = ""] = [raw[index], raw[index + 1]];
    if (/^(?:upgrade|http2-settings)$/i.test(name)) continue;
    lines.push(`${name}: ${/^connection$/i.test(name) ? withoutUpgrade(value) : value}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "latin1"), head]));
  server.emit(server instanceof TlsServer ? "secureConnection" : "connection", socket);
}

function withoutUpgrade(connection: string): string {
  const tokens = connection.split(",").map((token) => token.trim());
  return tokens.filter((token) => !/^(?:upgrade|http2-settings)$/i.test(token)).join(", ");
}
