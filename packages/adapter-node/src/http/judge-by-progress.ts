import type { IncomingMessage, Server as HttpServer } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { Socket } from "node:net";

/** How long a body may bring nothing: as long as Node gives to the head of a request. SockJS sends are judged by their server. */
const PATIENCE_MS = 60_000;

/** How often the bodies on their way are looked at. */
const INTERVAL_MS = 5000;

/** When a connection was last seen to bring something. */
interface Progress {
  readonly bytesRead: number;
  readonly sinceMs: number;
}

/**
 * Judges requests by whether something of them comes. Node's `requestTimeout` judges them as a whole, and cuts a browser on a
 * slow network that has sent for 300 s; it is switched off. Heads keep Node's `headersTimeout`.
 */
export function judgeByProgress(
  server: HttpServer | HttpsServer,
  patienceMs: number = PATIENCE_MS,
  intervalMs: number = INTERVAL_MS,
): void {
  server.requestTimeout = 0;
  // Connections whose last request has a body; those where it has come are dropped at the next look, so that an idle one
  // costs nothing.
  const requests = new Map<Socket, IncomingMessage>();
  let seen = new Map<Socket, Progress>();
  server.on("request", (request: IncomingMessage) => {
    if (hasBody(request)) requests.set(request.socket, request);
  });
  const timer = setInterval(() => {
    const nowMs = performance.now();
    const before = seen;
    seen = new Map();
    for (const [socket, request] of requests) {
      if (request.complete || socket.destroyed) {
        requests.delete(socket);
        continue;
      }
      if (request.readableLength > 0) continue; // what was read and not taken by the application is not missing
      const { bytesRead } = socket;
      const last = before.get(socket);
      const progress = last?.bytesRead === bytesRead ? last : { bytesRead, sinceMs: nowMs };
      seen.set(socket, progress);
      if (nowMs - progress.sinceMs >= patienceMs) socket.destroy();
    }
  }, intervalMs);
  timer.unref();
  server.once("close", () => clearInterval(timer));
}

function hasBody({ headers }: IncomingMessage): boolean {
  const length = headers["content-length"];
  return headers["transfer-encoding"] !== undefined || (length !== undefined && length !== "0");
}
