export { serve, type Fetch, type ServeOptions, type Serving } from "./serve.ts";
export { sockjs, type BunSockJSServer } from "./sockjs.ts";
export { createWebSocketHandlers } from "./websocket-handlers.ts";
export type { BunServer, BunSocket, BunWebSocketHandlers } from "./bun.ts";
export type {
  Channels,
  CloseInfo,
  CloseOptions,
  Connection,
  Handler,
  Hooks,
  LogEntry,
  MultiplexOptions,
  Options,
  Origins,
  Server,
  SockJSErrorCode,
  Stats,
  Totals,
  TransportName,
} from "@sockjs-fetch/core";
export { multiplex, SockJSError, toPrometheus } from "@sockjs-fetch/core";
