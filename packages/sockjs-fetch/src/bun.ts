// Bun's entry. Its types are those of index.ts.
import { serve as serveOnBun, sockjs as sockjsOnBun } from "@sockjs-fetch/bun";
import type { CreateServer, Serve } from "./common.ts";

export const sockjs: CreateServer = sockjsOnBun;
export const serve: Serve = serveOnBun;
export { multiplex, SockJSError, toPrometheus } from "@sockjs-fetch/core";
