import {
  createServing,
  DEFAULT_PORT,
  innerOf,
  waitAtMost,
  type ServeOptions as CommonOptions,
  type Serving as CommonServing,
} from "@sockjs-fetch/core/adapter";
import { DENO_SIGNALS } from "./signals.ts";
import { deno, type DenoServeInfo, type DenoServer } from "./deno.ts";

/** Any function that answers a `Request`: a framework's, or one of your own. It gets Deno's information as second argument. */
export type Fetch = (request: Request, info: DenoServeInfo) => Response | Promise<Response>;

/** What `serve` takes. */
export type ServeOptions = CommonOptions<Fetch>;

/** A server that listens; `server` is Deno's own. */
export type Serving = CommonServing<DenoServer>;

/**
 * Serves a `fetch` function by `Deno.serve`, WebSockets included. Resolves once it listens.
 *
 * @throws {Error} of Deno when it cannot listen, such as `AddrInUse`.
 */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { fetch, port = DEFAULT_PORT, hostname, tls } = options;
  const Deno = deno();
  const listenOptions = {
    port,
    onListen() {}, // Deno would print the address
    onError: answerFailure,
    ...(hostname !== undefined && { hostname }),
    ...tls,
  };
  const server = Deno.serve(listenOptions, fetch);
  return createServing(options, innerOf(fetch), {
    server,
    port: server.addr.port ?? port,
    async stop(graceMs) {
      // `shutdown` closes WebSockets with 1001, whatever they have been closed with a moment before.
      await new Promise((resolve) => setTimeout(resolve, CLOSE_FRAMES_MS));
      // Deno cannot cut what a shutdown waits for, such as a request that never ends: that goes with its peer or the process.
      await waitAtMost(server.shutdown(), graceMs);
    },
    ...DENO_SIGNALS,
  });
}

/** As Deno does without it, but that it is silent of a response the core has cut, which has no reason. */
function answerFailure(error: unknown): Response {
  if (error !== undefined) console.error(error);
  return new Response("Internal Server Error", { status: 500 });
}

/** How long the close frames of WebSockets take to leave, with some reserve. */
const CLOSE_FRAMES_MS = 50;
