import { createServer, type Server as HttpServer } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Socket } from "node:net";
import { onTestFinished } from "vitest";
import {
  serve,
  sockjs,
  type Options,
  type ServeOptions,
  type Server,
  type Serving,
} from "../../src/index.ts";
import { TLS } from "./tls.ts";

/** A server that sends every message back. */
export function createEcho(options: Options = {}): Server {
  return sockjs(
    { message: (connection, text) => connection.send(text) },
    { prefix: "/echo", ...options },
  );
}

/** Serves on a free port until the test ends. */
export async function startServing(
  fetch: ServeOptions["fetch"],
  options: Partial<ServeOptions> = {},
): Promise<Serving> {
  const serving = await serve({
    port: 0,
    hostname: "127.0.0.1",
    gracefulShutdown: false,
    ...options,
    fetch,
  });
  onTestFinished(() => serving.close({ timeout: 1 }));
  return serving;
}

/** Starts a bare HTTP server on a free port until the test ends. */
export async function startHttp(
  server: HttpServer = createServer(),
): Promise<{ readonly server: HttpServer; readonly port: number }> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => {
    server.listen(0, "127.0.0.1", resolve);
  });
  onTestFinished(async () => {
    const closed = new Promise((resolve) => server.close(resolve));
    for (const socket of sockets) socket.destroy();
    await closed;
  });
  return { server, port: (server.address() as AddressInfo).port }; // it listens on a port
}

/** As {@link startHttp}, with TLS. */
export function startHttps(): ReturnType<typeof startHttp> {
  return startHttp(createHttpsServer(TLS));
}
