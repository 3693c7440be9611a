export { serve, type Fetch, type ServeOptions, type Serving } from "./serve.ts";
export { sockjs } from "./sockjs.ts";
export type { DenoServeInfo, DenoServer } from "./deno.ts";
export type {
  CloseInfo,
  CloseOptions,
  Connection,
  Handler,
  Hooks,
  LogEntry,
  Options,
  Origins,
  Server,
  SockJSErrorCode,
  Stats,
  Totals,
  TransportName,
} from "@sockjs-fetch/core";
export { SockJSError, toPrometheus } from "@sockjs-fetch/core";
