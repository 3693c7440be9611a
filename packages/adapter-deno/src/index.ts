// What the core exports, with this package's own `sockjs` in place of the core's.
export * from "@sockjs-fetch/core";
export { serve, type Fetch, type ServeOptions, type Serving } from "./serve.ts";
export { sockjs } from "./sockjs.ts";
export type { DenoServeInfo, DenoServer } from "./deno.ts";
