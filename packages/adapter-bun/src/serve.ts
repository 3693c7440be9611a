import {
  createServing,
  DEFAULT_PORT,
  innerOf,
  processSignals,
  type ServeOptions as CommonOptions,
  type Serving as CommonServing,
} from "@sockjs-fetch/core/adapter";
import { bun, bunScope, type BunServer } from "./bun.ts";
import { patchServe } from "./patch-serve.ts";

/** Any function that answers a `Request`: a framework's, or one of your own. It gets Bun's server as second argument. */
export type Fetch = (request: Request, server: BunServer) => Response | Promise<Response>;

/** What `serve` takes. */
export type ServeOptions = CommonOptions<Fetch>;

/** A server that listens; `server` is Bun's own. */
export type Serving = CommonServing<BunServer>;

/**
 * Serves a `fetch` function by `Bun.serve`, WebSockets included. Resolves once it listens.
 *
 * @throws {Error} of Bun when it cannot listen, such as `EADDRINUSE`.
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { fetch, port = DEFAULT_PORT, hostname, tls } = options;
  patchServe(); // it may be the first of this package to be called
  const inner = innerOf(fetch);
  const server = bun().serve({
    fetch,
    port,
    ...(hostname !== undefined && { hostname }),
    ...(tls !== undefined && { tls }),
  });
  return createServing(options, inner, {
    server,
    port: server.port ?? port,
    async stop(graceMs) {
      void server.stop(); // waits for idle connections, too
      const endMs = performance.now() + graceMs;
      while (server.pendingRequests + server.pendingWebSockets > 0 && performance.now() < endMs) {
        await new Promise((resolve) => setTimeout(resolve, CHECK_MS));
      }
      await server.stop(true);
    },
    ...processSignals(bunScope().process),
  });
}

/** How often a server that stops is looked at: Bun has no event for its last answer. */
const CHECK_MS = 10;
