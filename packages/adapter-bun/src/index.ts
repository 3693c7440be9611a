// What the core exports, with this package's own `sockjs` in place of the core's.
export * from "@sockjs-fetch/core";
export { serve, type Fetch, type ServeOptions, type Serving } from "./serve.ts";
export { sockjs, type BunSockJSServer } from "./sockjs.ts";
export { createWebSocketHandlers } from "./websocket-handlers.ts";
export type { BunServer, BunSocket, BunWebSocketHandlers } from "./bun.ts";
