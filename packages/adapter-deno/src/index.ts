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
  TransportName,
} from "@sockjs-fetch/core";
export { SockJSError } from "@sockjs-fetch/core";
