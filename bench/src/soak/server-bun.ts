import { serve, sockjs } from "@sockjs-fetch/bun";
import { startSoakServer } from "./start-soak-server.ts";

await startSoakServer(sockjs, serve);
