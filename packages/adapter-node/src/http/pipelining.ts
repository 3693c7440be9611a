import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";

/** Responses that may wait on one connection for those before them; each may hold a session. No browser pipelines. */
const MAX_WAITING = 8;

const WAITING: unique symbol = Symbol("responses that wait for their turn on a connection");
type PipelinedSocket = Socket & { [WAITING]?: Set<ServerResponse> };

/**
 * Has a response wait for its turn, if others of its connection come before it (HTTP pipelining). Node gives it its socket
 * then; up to version 22 it tells it nothing if the connection ends before, so it is ended here, with the `close` that any
 * other gets. A connection on which too many would wait is cut.
 *
 * @returns whether the request is to be answered.
 */
export function takeTurn(response: ServerResponse): boolean {
  if (response.socket !== null) return true;
  const socket: PipelinedSocket = response.req.socket;
  const waiting = (socket[WAITING] ??= watch(socket));
  if (waiting.size >= MAX_WAITING) {
    socket.destroy();
    return false;
  }
  waiting.add(response);
  response.once("socket", () => waiting.delete(response));
  return true;
}

/** One listener for all that wait: Node warns of an eleventh. */
function watch(socket: Socket): Set<ServerResponse> {
  const waiting = new Set<ServerResponse>();
  socket.once("close", () => {
    for (const response of waiting) {
      if (response.destroyed) continue; // from Node 24 on it has been told
      response.destroy();
      response.emit("close");
    }
    waiting.clear();
  });
  return waiting;
}
