// Bun's entry. Its types are those of index.ts.
import { serve as serveOnBun, sockjs as sockjsOnBun } from "@sockjs-fetch/bun";
import type { CreateServer, Serve } from "./common.ts";

export const sockjs: CreateServer = sockjsOnBun;
export const serve: Serve = serveOnBun;
export * from "@sockjs-fetch/core"; // but for its `sockjs`: the one above counts
