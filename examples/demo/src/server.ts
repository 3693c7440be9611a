import { parseArgs } from "node:util";
import { serve, sockjs } from "@sockjs-fetch/node";
import { createDemo } from "./app.ts";

const { values } = parseArgs({ options: { port: { type: "string", default: "8081" } } });

const app = createDemo({ sockjs, runtime: `Node ${process.versions.node}` });
const { port } = await serve({ fetch: app.fetch, port: Number(values.port) });
console.log(`listening on http://127.0.0.1:${port}`);
