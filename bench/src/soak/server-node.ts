import { serve, sockjs } from "@sockjs-fetch/node";
import { startSoakServer } from "./start-soak-server.ts";

await startSoakServer(sockjs, serve);
