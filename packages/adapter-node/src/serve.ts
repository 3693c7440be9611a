import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerOptions as HttpOptions,
} from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import type { Duplex } from "node:stream";
import {
  createServing,
  DEFAULT_PORT,
  innerOf,
  processSignals,
  waitAtMost,
  type ServeOptions as CommonOptions,
  type Serving as CommonServing,
} from "@sockjs-fetch/core/adapter";
import {
  handleForeignRequest,
  handleForeignUpgrade,
  type Fetch,
} from "./foreign/foreign-handler.ts";
import { judgeByProgress } from "./http/judge-by-progress.ts";
import { pathAndQuery } from "./http/node-request.ts";
import { handleRequest, handleUpgrade } from "./inner/handler.ts";
import { isWebSocketHandshake, replayRequest } from "./mount/replay-request.ts";
import { createAcceptor } from "./socket/acceptor.ts";

/** A SockJS server as `fetch` is served without `Request` and `Response` in between. */
export type ServeOptions = CommonOptions<Fetch>;

/** A server that listens; `server` is Node's own. */
export type Serving = CommonServing<HttpServer | HttpsServer>;

/**
 * Serves a `fetch` function by `node:http`, WebSockets included. Resolves once it listens.
 *
 * @throws {Error} of Node when it cannot listen, such as `EADDRINUSE`.
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { fetch, port = DEFAULT_PORT, hostname, tls } = options;
  const settings: SettingsOfNewerNode = { shouldUpgradeCallback: isWebSocketHandshake };
  const server =
    tls === undefined ? createHttpServer(settings) : createHttpsServer({ ...settings, ...tls });
  const handshakes = tls === undefined ? undefined : watchTlsHandshakes(server);
  judgeByProgress(server);
  const inner = innerOf(fetch);
  const accept = createAcceptor();
  server.on("request", (request, response) => {
    if (inner === undefined) void handleForeignRequest(fetch, request, response);
    else handleRequest(inner, request, response, pathAndQuery(request));
  });
  const webSockets = new Set<Duplex>(); // no longer connections of the HTTP server, which would close them
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!isWebSocketHandshake(request)) {
      replayRequest(server, request, socket, head);
      return;
    }
    webSockets.add(socket);
    socket.on("close", () => webSockets.delete(socket));
    if (inner === undefined) void handleForeignUpgrade(fetch, request, socket, head);
    else handleUpgrade(inner, accept, request, socket, head, pathAndQuery(request));
  });
  await listen(server, port, hostname);
  return createServing(options, inner, {
    server,
    port: (server.address() as AddressInfo).port, // it listens on a port, so the address is no pipe's name
    async stop(graceMs) {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of webSockets) (socket as Socket).destroySoon(); // of `node:net` or `node:tls`
      const sweep = setInterval(() => {
        server.closeIdleConnections();
        // Nothing has been asked on them; Node would wait two minutes for a peer that stays silent.
        for (const { socket } of handshakes?.values() ?? []) socket.destroy();
      }, SWEEP_MS);
      await waitAtMost(closed, graceMs);
      clearInterval(sweep);
      server.closeAllConnections();
      for (const socket of webSockets) socket.destroy();
      await closed;
    },
    ...processSignals(process),
  });
}

/**
 * The connections of an https server that have not come to the end of their TLS handshake, by their other end: its HTTP part
 * does not know them yet, and cannot close them.
 */
function watchTlsHandshakes(server: HttpServer | HttpsServer): ReadonlyMap<string, Handshake> {
  const handshakes = new Map<string, Handshake>();
  const keyOf = ({ remoteAddress, remotePort }: Socket): string => `${remoteAddress} ${remotePort}`;
  server.on("connection", (socket: Socket) => {
    const key = keyOf(socket);
    const forget = (): void => void handshakes.delete(key);
    handshakes.set(key, { socket, forget });
    socket.once("close", forget);
  });
  server.on("secureConnection", (tlsSocket: Socket) => {
    const key = keyOf(tlsSocket);
    const handshake = handshakes.get(key);
    handshake?.socket.off("close", handshake.forget); // nothing is kept for a connection that goes on
    handshakes.delete(key);
  });
  return handshakes;
}

/** A TLS handshake under way. */
interface Handshake {
  /** The connection below TLS. */
  readonly socket: Socket;
  /** Called when that has closed. */
  readonly forget: () => void;
}

/** How often connections that have got their answer are closed while the server stops; Node does it once, at the start. */
const SWEEP_MS = 10;

/** From Node 22 on, upgrades to anything but a WebSocket stay plain requests; Node 20 ignores the setting. */
type SettingsOfNewerNode = HttpOptions & {
  readonly shouldUpgradeCallback: (request: IncomingMessage) => boolean;
};

function listen(
  server: HttpServer | HttpsServer,
  port: number,
  hostname: string | undefined,
): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, () => {
      server.off("error", reject);
      resolve();
    });
  });
}
