import type { Handler, Options, Server } from "@sockjs-fetch/core";
import { createServer, innerOf } from "@sockjs-fetch/core/adapter";
import type { BunWebSocketHandlers } from "./bun.ts";
import { BUN_RUNTIME } from "./bun-runtime.ts";
import { patchServe } from "./patch-serve.ts";
import { sharedState } from "./shared-state.ts";
import { createWebSocketHandlers } from "./websocket-handlers.ts";

/** A SockJS server on Bun. `export default server` serves it, WebSockets included. */
export interface BunSockJSServer<Context = undefined> extends Server<Context> {
  /** What Bun wants to be given for WebSockets, where `Bun.serve` is called by hand. */
  readonly websocket: BunWebSocketHandlers;
}

/**
 * Makes a SockJS server for Bun. Serve it with `serve`, export it or `{ fetch: server }` as default, or call it as `fetch`
 * inside an application with Bun's server as second argument.
 *
 * @throws {TypeError} naming the option that is wrong.
 * @example
 * ```ts
 * import { serve, sockjs } from "@sockjs-fetch/bun";
 *
 * const echo = sockjs({ message: (connection, text) => connection.send(text) }, { prefix: "/echo" });
 * await serve({ fetch: echo, port: 8081 });
 * ```
 */
export function sockjs<Context = undefined>(
  handler: Handler<Context>,
  options?: Options<Context>,
): BunSockJSServer<Context> {
  patchServe();
  const server = createServer(handler, options, BUN_RUNTIME);
  const state = sharedState();
  state.maxPayload = Math.max(state.maxPayload, innerOf(server)?.maxPayload ?? 0);
  // Made when asked for, so that it is known whether somebody has them.
  return Object.defineProperty(server, "websocket", {
    get: () => createWebSocketHandlers(),
  }) as typeof server & Pick<BunSockJSServer, "websocket">;
}
