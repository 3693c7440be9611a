import { ServerResponse, type IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";

/**
 * Takes over a socket that Node has given up for an upgrade. A peer that pipelined the upgrade behind a request that is
 * not answered yet is cut off: two answers would mix on one connection.
 *
 * @returns whether the socket may be written to.
 */
export function takeSocket(socket: Duplex): boolean {
  socket.on("error", ignore); // Node took its own listener away
  // Node keeps the response that a connection is on under this name, in all versions; there is no public one.
  const pending: unknown = Reflect.get(socket, "_httpMessage");
  if (pending === undefined || pending === null) return true;
  socket.destroy();
  return false;
}

/** A response for a socket that Node has given up; the connection closes after it. */
export function adoptSocket(request: IncomingMessage): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.on("error", ignore);
  response.on("finish", () => request.socket.destroySoon());
  response.assignSocket(request.socket);
  if (request.socket.destroyed) response.destroy(); // its `close` is past: whoever writes is to see it
  return response;
}

/** Errors of a connection whose peer has gone: its end tells as much. */
export function ignore(): void {}
