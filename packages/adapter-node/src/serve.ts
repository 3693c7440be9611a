import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server as HttpServer,
  type ServerOptions as HttpOptions,
} from "node:http";
import { createServer as createHttpsServer, type Server as HttpsServer } from "node:https";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import type { CloseOptions, Server } from "@sockjs-fetch/core";
import { nativeOf } from "@sockjs-fetch/core/adapter";
import {
  handleForeignRequest,
  handleForeignUpgrade,
  handleRequest,
  handleUpgrade,
  type Fetch,
} from "./handler.ts";
import { pathAndQuery } from "./node-incoming.ts";
import { createNodeRuntime } from "./node-runtime.ts";
import { isWebSocketHandshake, replayRequest } from "./replay-request.ts";

export interface ServeOptions {
  /**
   * Answers every request: a SockJS server, which is then served without `Request` and `Response` in between, or any
   * function, such as a Hono application's `fetch`.
   */
  readonly fetch: Server<never> | Fetch;
  /** @default 8081 (0 lets the operating system choose one) */
  readonly port?: number;
  /** Address to listen on. @default all */
  readonly hostname?: string;
  /** Serves https with this key and certificate, in PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** A server that listens. */
export interface Serving {
  readonly port: number;
  readonly hostname: string;
  /** Such as `http://localhost:8081`. */
  readonly url: string;
  /** Node's own server. */
  readonly server: HttpServer | HttpsServer;
  /** Closes the SockJS server if `fetch` is one, then stops listening, and resolves when every socket has gone. */
  close(options?: CloseOptions): Promise<void>;
}

/**
 * Serves a `fetch` function by `node:http`, WebSockets included. Resolves once it listens.
 *
 * @throws {Error} of Node when it cannot listen, such as `EADDRINUSE`.
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { fetch, port = 8081, hostname, tls } = options;
  const settings: SettingsOfNewerNode = { shouldUpgradeCallback: isWebSocketHandshake };
  const server =
    tls === undefined ? createHttpServer(settings) : createHttpsServer({ ...settings, ...tls });
  const native = nativeOf(fetch);
  const runtime = createNodeRuntime();
  server.on("request", (request, response) => {
    if (native === undefined) void handleForeignRequest(fetch, request, response);
    else void handleRequest(native, request, response, pathAndQuery(request));
  });
  server.on("upgrade", (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (!isWebSocketHandshake(request)) replayRequest(server, request, socket, head);
    else if (native === undefined) void handleForeignUpgrade(fetch, request, socket, head);
    else void handleUpgrade(native, runtime, request, socket, head, pathAndQuery(request));
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, hostname, () => {
      server.off("error", reject);
      resolve();
    });
  });
  const address = server.address() as AddressInfo; // listens on a port, so it is no pipe's name
  const host = hostname ?? "localhost";
  return {
    port: address.port,
    hostname: host,
    url: `${tls === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${address.port}`,
    server,
    async close(closeOptions) {
      // Sessions first, still listening: their clients may have to come back for what is queued.
      await native?.close(closeOptions);
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

/** From Node 22 on, upgrades to anything but a WebSocket stay plain requests; Node 20 ignores the setting. */
type SettingsOfNewerNode = HttpOptions & {
  readonly shouldUpgradeCallback: (request: IncomingMessage) => boolean;
};
