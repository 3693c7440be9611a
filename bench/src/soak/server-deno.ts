import { serve, sockjs } from "@sockjs-fetch/deno";
import { startSoakServer } from "./start-soak-server.ts";

await startSoakServer(sockjs, serve);
