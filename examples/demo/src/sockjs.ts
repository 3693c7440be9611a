import type { Handler, Options, Server } from "@sockjs-fetch/core";

/** The `sockjs()` of an adapter. */
export type Sockjs = <Context = undefined>(
  handler: Handler<Context>,
  options?: Options<Context>,
) => Server<Context>;
