import type { Handler, Options, Server } from "@sockjs-fetch/core";
import type {
  ServeOptions as CommonOptions,
  Serving as CommonServing,
} from "@sockjs-fetch/core/adapter";

/**
 * Any function that answers a `Request`: a framework's, or one of your own. What comes after the request is the runtime's
 * object; pass it on to the SockJS server.
 */
export type Fetch = (request: Request, runtime: object) => Response | Promise<Response>;

/** What `serve` takes on every runtime. */
export type ServeOptions = CommonOptions<Fetch>;

/** A server that listens. `server` is the runtime's own; import the runtime's package to have its type. */
export type Serving = CommonServing<unknown>;

/** What every adapter's `serve` is at least. */
export type Serve = (options: ServeOptions) => Promise<Serving>;

/** What every adapter's `sockjs` is at least. */
export type CreateServer = <Context = undefined>(
  handler: Handler<Context>,
  options?: Options<Context>,
) => Server<Context>;
