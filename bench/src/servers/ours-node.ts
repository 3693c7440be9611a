import { serve, sockjs } from "@sockjs-fetch/node";
import { startOurs } from "./start-ours.ts";

await startOurs(sockjs, serve);
