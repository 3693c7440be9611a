import { nativeOf } from "@sockjs-fetch/core/adapter";
import { bun, type BunServeOptions, type BunServer } from "./bun.ts";
import { createWebSocketHandlers } from "./websocket-handlers.ts";

/** Marks a `Bun.serve` that has been wrapped, by whichever copy of this module. */
const WRAPPED: unique symbol = Symbol.for("sockjs-fetch.bun.serve") as never;

/**
 * Has `Bun.serve` serve our WebSockets, once. Bun refuses upgrades unless it was given `websocket`, and calls `Bun.serve`
 * itself for `export default { fetch }`; so whoever wrote that could have no WebSockets otherwise. Handlers of the
 * application's own go on to get the WebSockets that are not ours. See decisions/.
 */
export function patchServe(): void {
  const global = bun();
  if (WRAPPED in global.serve) return;
  const original = global.serve.bind(global);
  const serve = (options: BunServeOptions): BunServer => original(withWebSockets(options));
  global.serve = Object.assign(serve, { [WRAPPED]: true as const });
}

/** The same settings with our `websocket`; everything else is read through the prototype, as the application wrote it. */
function withWebSockets(options: BunServeOptions): BunServeOptions {
  if (typeof options !== "object" || options === null) return options;
  const maxPayload =
    typeof options.fetch === "function" ? nativeOf(options.fetch)?.maxPayload : undefined;
  const websocket = createWebSocketHandlers(maxPayload, options.websocket);
  return Object.create(options, {
    websocket: { value: websocket, enumerable: true },
  }) as BunServeOptions;
}
