import type { Handler, Options, Server } from "@sockjs-fetch/core";
import { createServer } from "@sockjs-fetch/core/adapter";
import { createNodeRuntime } from "./foreign/node-runtime.ts";

/**
 * Makes a SockJS server for Node. Serve it with `serve`, add it to a `node:http` server with `attach`, or call it as `fetch`
 * inside an application.
 *
 * @throws {TypeError} naming the option that is wrong.
 * @example
 * ```ts
 * import { serve, sockjs } from "@sockjs-fetch/node";
 *
 * const echo = sockjs({ message: (connection, text) => connection.send(text) }, { prefix: "/echo" });
 * await serve({ fetch: echo, port: 8081 });
 * ```
 */
export function sockjs<Context = undefined>(
  handler: Handler<Context>,
  options?: Options<Context>,
): Server<Context> {
  return createServer(handler, options, createNodeRuntime());
}
