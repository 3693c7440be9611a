// Compiled where nothing is installed but our packages: no runtime's types, no skipLibCheck. Where a type could not be read
// it would be `any`, and what is expected to fail would not.
import * as bun from "@sockjs-fetch/bun";
import * as core from "@sockjs-fetch/core";
import { createServer, type Runtime } from "@sockjs-fetch/core/adapter";
import * as deno from "@sockjs-fetch/deno";
import * as portable from "sockjs-fetch";

const hooks: portable.Hooks = {
  open: (connection) => connection.send("hello"),
  message: (connection, message) => connection.send(message.toUpperCase()),
  close: (_connection, { code, reason }) => console.log(code, reason),
};
const runtime: Runtime = {};

await portable.serve({ fetch: portable.sockjs(hooks, { prefix: "/echo" }) });
await bun.serve({ fetch: bun.sockjs(hooks), port: 0, gracefulShutdown: false });
await deno.serve({ fetch: deno.sockjs(hooks), hostname: "127.0.0.1" });
await core.sockjs(hooks).fetch(new Request("http://localhost/"));
await createServer(hooks, {}, runtime).close();

// @ts-expect-error
portable.sockjs({ open: (connection) => connection.receive() });
// @ts-expect-error
bun.createWebSocketHandlers("many");
// @ts-expect-error
await deno.serve({ fetch: deno.sockjs(hooks), port: "http" });
// @ts-expect-error
core.sockjs(hooks, { heartbeat: 1 });
// @ts-expect-error
createServer(hooks, {}, { upgrade: "yes" });
