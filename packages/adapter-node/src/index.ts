// What the core exports, with this package's own `sockjs` in place of the core's.
export * from "@sockjs-fetch/core";
export { attach, type AttachableServer } from "./mount/attach.ts";
export { serve, type ServeOptions, type Serving } from "./serve.ts";
export type { Fetch } from "./foreign/foreign-handler.ts";
export { sockjs } from "./sockjs.ts";
export type { NodeEnv, PendingUpgrade } from "./foreign/node-env.ts";
