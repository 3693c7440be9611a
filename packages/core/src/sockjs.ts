import type { Handler } from "./connection/connection.ts";
import type { Options } from "./options/options.ts";
import { createServer, type Server } from "./server.ts";

/**
 * Makes a SockJS server out of Web standards alone. It serves every HTTP transport; WebSockets need an adapter's `sockjs`,
 * which takes the same arguments.
 *
 * @throws {TypeError} naming the option that is wrong.
 */
export function sockjs<Context = undefined>(
  handler: Handler<Context>,
  options?: Options<Context>,
): Server<Context> {
  return createServer(handler, options);
}
