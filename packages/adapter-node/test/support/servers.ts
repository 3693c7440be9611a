import { createServer, type Server as HttpServer } from "node:http";
import {
  createSecureServer as createHttp2Server,
  createServer as createCleartextHttp2Server,
  type Http2SecureServer,
  type Http2Server,
  type SecureServerOptions,
  type ServerHttp2Session,
} from "node:http2";
import { createServer as createHttpsServer } from "node:https";
import type { AddressInfo, Server as NetServer, Socket } from "node:net";
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
export function startHttp(server: HttpServer = createServer()): Promise<Started<HttpServer>> {
  return start(server);
}

/** What all servers of Node have. */
type Listener = Pick<NetServer, "address" | "close"> & {
  on(event: "connection", listener: (socket: Socket) => void): unknown;
  listen(port: number, hostname: string, listener: () => void): unknown;
};

/** A server that listens. */
export interface Started<AnyServer> {
  readonly server: AnyServer;
  readonly port: number;
}

async function start<AnyServer extends Listener>(server: AnyServer): Promise<Started<AnyServer>> {
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

/** As {@link startHttp}, with HTTP/2 by TLS. */
export function startHttp2(options: SecureServerOptions = {}): Promise<Started<Http2SecureServer>> {
  return startWithSessions(createHttp2Server({ ...TLS, ...options }));
}

/** As {@link startHttp}, with HTTP/2 and nothing around it. */
export function startCleartextHttp2(): Promise<Started<Http2Server>> {
  return startWithSessions(createCleartextHttp2Server());
}

/** Ends the sessions before the sockets: they are what the server waits for. */
async function startWithSessions<AnyServer extends Http2Server | Http2SecureServer>(
  server: AnyServer,
): Promise<Started<AnyServer>> {
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session: ServerHttp2Session) => sessions.add(session));
  const started = await start(server);
  onTestFinished(() => {
    for (const session of sessions) session.destroy();
  });
  return started;
}
