import { serve, sockjs } from "@sockjs-fetch/deno";
import { startOurs } from "./start-ours.ts";

await startOurs(sockjs, serve);
