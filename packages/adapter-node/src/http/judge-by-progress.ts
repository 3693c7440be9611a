import type { IncomingMessage, Server as HttpServer } from "node:http";
import type { Server as HttpsServer } from "node:https";
import type { Socket } from "node:net";

/** How long a body may bring nothing: as long as Node gives to the head of a request. SockJS sends are judged by their server. */
const PATIENCE_MS = 60_000;

/** How often all connections are looked at. */
const INTERVAL_MS = 5000;

const CURRENT: unique symbol = Symbol("the last request of a connection");

type WatchedSocket = Socket & { [CURRENT]?: IncomingMessage | undefined };

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
  const seen = new Map<WatchedSocket, Progress | undefined>();
  server.on("request", (request: IncomingMessage) => {
    const socket: WatchedSocket = request.socket;
    const isKnown = CURRENT in socket;
    socket[CURRENT] = request;
    if (isKnown) return;
    seen.set(socket, undefined);
    socket.once("close", () => seen.delete(socket));
  });
  const timer = setInterval(() => {
    const nowMs = performance.now();
    for (const [socket, progress] of seen) {
      const now = look(socket, progress, nowMs);
      seen.set(socket, now);
      if (now !== undefined && nowMs - now.sinceMs >= patienceMs) socket.destroy();
    }
  }, intervalMs);
  timer.unref();
  server.once("close", () => clearInterval(timer));
}

/** What was read and not taken by the application is not missing. */
function look(
  socket: WatchedSocket,
  progress: Progress | undefined,
  nowMs: number,
): Progress | undefined {
  const request = socket[CURRENT];
  if (request === undefined || request.complete || request.readableLength > 0) {
    if (request?.complete === true) socket[CURRENT] = undefined;
    return undefined;
  }
  const { bytesRead } = socket;
  if (progress?.bytesRead !== bytesRead) return { bytesRead, sinceMs: nowMs };
  return progress;
}
