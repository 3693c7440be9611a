import { serve, sockjs } from "@sockjs-fetch/bun";
import { startOurs } from "./start-ours.ts";

await startOurs(sockjs, serve);
