import {
  createServing,
  DEFAULT_PORT,
  exitCodeOf,
  innerOf,
  waitAtMost,
  type ServeOptions as CommonOptions,
  type Serving as CommonServing,
} from "@sockjs-fetch/core/adapter";
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
  const abort = new AbortController();
  const listenOptions = {
    port,
    signal: abort.signal,
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
      let isDown = false;
      const down = server.shutdown().then(() => {
        isDown = true;
      });
      await waitAtMost(down, graceMs);
      if (!isDown) abort.abort(); // throws when nothing is open any more
      await server.finished;
    },
    onSignal: (signal, listener) => Deno.addSignalListener(signal, listener),
    offSignal: (signal, listener) => Deno.removeSignalListener(signal, listener),
    // `Deno.kill` would need a permission; these are the codes a shell gives for the signals.
    raise: (signal) => Deno.exit(exitCodeOf(signal)),
  });
}

/** As Deno does without it, but that it is silent of a response the core has cut, which has no reason. */
function answerFailure(error: unknown): Response {
  if (error !== undefined) console.error(error);
  return new Response("Internal Server Error", { status: 500 });
}

/** How long the close frames of WebSockets take to leave, with some reserve. */
const CLOSE_FRAMES_MS = 50;
