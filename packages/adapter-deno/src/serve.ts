import type { CloseOptions, Server } from "@sockjs-fetch/core";
import { nativeOf } from "@sockjs-fetch/core/adapter";
import { deno, type DenoServeInfo, type DenoServer } from "./deno.ts";

/** Any function that answers a `Request`: a framework's, or one of your own. It gets Deno's information as second argument. */
export type Fetch = (request: Request, info: DenoServeInfo) => Response | Promise<Response>;

export interface ServeOptions {
  /** Answers every request: a SockJS server or any function, such as a Hono application's `fetch`. */
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
  /** Deno's own server. */
  readonly server: DenoServer;
  /** Closes the SockJS server if `fetch` is one, then stops listening, and resolves when every socket has gone. */
  close(options?: CloseOptions): Promise<void>;
}

/**
 * Serves a `fetch` function by `Deno.serve`, WebSockets included. Resolves once it listens.
 *
 * @throws {Error} of Deno when it cannot listen, such as `AddrInUse`.
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { fetch, port = 8081, hostname, tls } = options;
  const native = nativeOf(fetch);
  const abort = new AbortController();
  const server = deno().serve(
    {
      port,
      signal: abort.signal,
      onListen() {}, // Deno would print the address
      ...(hostname !== undefined && { hostname }),
      ...tls,
    },
    fetch,
  );
  const host = hostname ?? "localhost";
  const actualPort = server.addr.port ?? port;
  return {
    port: actualPort,
    hostname: host,
    url: `${tls === undefined ? "http" : "https"}://${host.includes(":") ? `[${host}]` : host}:${actualPort}`,
    server,
    async close(closeOptions) {
      // Sessions first, still listening: their clients may have to come back for what is queued.
      await native?.close(closeOptions);
      abort.abort();
      await server.finished;
    },
  };
}
