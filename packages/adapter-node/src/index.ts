export { attach } from "./mount/attach.ts";
export { serve, type ServeOptions, type Serving } from "./serve.ts";
export type { Fetch } from "./foreign/foreign-handler.ts";
export { sockjs } from "./sockjs.ts";
export type { NodeEnv, PendingUpgrade } from "./foreign/node-env.ts";
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
