export { attach } from "./attach.ts";
export { serve, type ServeOptions, type Serving } from "./serve.ts";
export type { Fetch } from "./foreign-handler.ts";
export { sockjs } from "./sockjs.ts";
export type { NodeEnv } from "./node-env.ts";
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
