export { serve, type Fetch, type ServeOptions, type Serving } from "./serve.ts";
export { sockjs } from "./sockjs.ts";
export type { DenoServeInfo, DenoServer } from "./deno.ts";
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
