// Deno's entry. Its types are those of index.ts.
import { serve as serveOnDeno, sockjs as sockjsOnDeno } from "@sockjs-fetch/deno";
import type { CreateServer, Serve } from "./common.ts";

export const sockjs: CreateServer = sockjsOnDeno;
export const serve: Serve = serveOnDeno;
export * from "@sockjs-fetch/core"; // but for its `sockjs`: the one above counts
