import { innerOf } from "@sockjs-fetch/core/adapter";
import { bun, type BunServeOptions, type BunServer } from "./bun.ts";
import { sharedState } from "./shared-state.ts";
import { joinHandlers } from "./websocket-handlers.ts";

/** Marks a `Bun.serve` that has been wrapped, by whichever copy of this module. */
const WRAPPED: unique symbol = Symbol.for("sockjs-fetch.bun.serve") as never;

/**
 * Has `Bun.serve` serve our WebSockets, once. Bun refuses upgrades unless it was given `websocket`, and calls `Bun.serve`
 * itself for `export default { fetch }`; so whoever wrote that could have no WebSockets otherwise. Handlers of the
 * application's own go on to get the WebSockets that are not ours. See decisions/0003-bun-serve-is-wrapped.md.
 */
export function patchServe(): void {
  const global = bun();
  if (WRAPPED in global.serve) return;
  const original = global.serve.bind(global);
  const serve = (options: BunServeOptions): BunServer => {
    if (Object(options) !== options) return original(options); // Bun says what is wrong with it
    const server = original(withOurs(options));
    sharedState().servers.add(server);
    return server;
  };
  global.serve = Object.assign(serve, { [WRAPPED]: true as const });
}

/** The same settings with our `websocket` and `fetch`; all others are read from the application's own object. */
function withOurs(options: BunServeOptions): BunServeOptions {
  const ours: Partial<BunServeOptions> = {
    websocket: joinHandlers(options.websocket),
    ...(typeof options.fetch === "function" && { fetch: withoutTimeout(options.fetch) }),
  };
  return new Proxy(options, {
    get: (target, name): unknown => Reflect.get(Object.hasOwn(ours, name) ? ours : target, name),
  });
}

/** Responses that may stay idle for long, by the last parts of their URL (protocol, section 4). */
const RECEIVING = /\/[^/.?]+\/[^/.?]+\/(?:xhr|xhr_streaming|eventsource|htmlfile|jsonp)(?:\?|$)/;

/**
 * Lifts Bun's idle time-out of 10 s from receiving requests. Our servers do so themselves; but a framework may hand them a
 * copy of the request, on which Bun's `timeout` does nothing.
 */
function withoutTimeout(fetch: BunServeOptions["fetch"]): BunServeOptions["fetch"] {
  if (innerOf(fetch) !== undefined) return fetch;
  return function (this: unknown, request, server) {
    if (RECEIVING.test(request.url)) server.timeout(request, 0);
    return fetch.call(this, request, server);
  };
}
