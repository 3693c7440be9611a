import type { Handler, Options, Server } from "@sockjs-fetch/core";
import { createServer } from "@sockjs-fetch/core/adapter";
import { DENO_RUNTIME } from "./deno-runtime.ts";
import { muteAbortWarning } from "./mute-abort-warning.ts";
import { watchSignals } from "./signals.ts";

/**
 * Makes a SockJS server for Deno. Serve it with `serve`, export it or `{ fetch: server }` as default for `deno serve`, or
 * call it as `fetch` inside an application with what Deno passes after the request.
 *
 * @throws {TypeError} naming the option that is wrong.
 * @example
 * ```ts
 * import { serve, sockjs } from "@sockjs-fetch/deno";
 *
 * const echo = sockjs({ message: (connection, text) => connection.send(text) }, { prefix: "/echo" });
 * await serve({ fetch: echo, port: 8081 });
 * ```
 */
export function sockjs<Context = undefined>(
  handler: Handler<Context>,
  options?: Options<Context>,
): Server<Context> {
  muteAbortWarning();
  watchSignals();
  return createServer(handler, options, DENO_RUNTIME);
}
