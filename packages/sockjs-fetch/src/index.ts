// Node's entry, and the types of all three: they name nothing of Node, so they hold on Bun and Deno as well.
import { serve as serveOnNode, sockjs as sockjsOnNode } from "@sockjs-fetch/node";
import type { CreateServer, Serve } from "./common.ts";

/**
 * Makes a SockJS server for the runtime this is imported on. Serve it with `serve`, or call it as `fetch` inside an
 * application with whatever the runtime passes after the request.
 *
 * @throws {TypeError} naming the option that is wrong.
 * @example
 * ```ts
 * import { serve, sockjs } from "sockjs-fetch";
 *
 * const echo = sockjs({ message: (connection, text) => connection.send(text) }, { prefix: "/echo" });
 * await serve({ fetch: echo, port: 8081 });
 * ```
 */
export const sockjs: CreateServer = sockjsOnNode;

/**
 * Serves a `fetch` function by the runtime's own server, WebSockets included. Resolves once it listens.
 *
 * @throws {Error} of the runtime when it cannot listen, such as `EADDRINUSE` or, on Deno, `AddrInUse`.
 */
export const serve: Serve = serveOnNode;

export * from "@sockjs-fetch/core"; // but for its `sockjs`: the one above counts
export type { CreateServer, Fetch, Serve, ServeOptions, Serving } from "./common.ts";
