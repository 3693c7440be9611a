import { parseArgs } from "node:util";
import { serve, sockjs } from "@sockjs-fetch/node";
import { createDemo } from "./app.ts";

const { values } = parseArgs({
  options: {
    port: { type: "string", default: "8081" },
    hostname: { type: "string", default: "127.0.0.1" },
  },
});

const app = createDemo({ sockjs, runtime: `Node ${process.versions.node}` });
const { url } = await serve({
  fetch: app.fetch,
  port: Number(values.port),
  hostname: values.hostname,
});
console.log(`listening on ${url}`);
