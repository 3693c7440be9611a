import { multiplex, type Stats } from "@sockjs-fetch/core";
import { Hono } from "hono";
import { readAsset, readPackageScript, readPage } from "./files.ts";
import { layout } from "./layout.ts";
import { PAGES } from "./pages.ts";
import { createChat } from "./services/chat.ts";
import { date } from "./services/date.ts";
import { channels } from "./services/multiplex.ts";
import { statistics } from "./services/stats.ts";
import type { Sockjs } from "./sockjs.ts";

/** What the demo site takes from the runtime it runs on. */
export interface DemoOptions {
  readonly sockjs: Sockjs;
  /** Name and version of the runtime, shown at the top of every page. */
  readonly runtime: string;
}

const SOCKJS_URL = "/sockjs.min.js";

/** Makes the demo site: its pages, and the SockJS services they talk to. */
export function createDemo({ sockjs, runtime }: DemoOptions): Hono {
  const app = new Hono();
  const servers: { stats(): Stats }[] = [];

  /** Makes a service as the runtime's `sockjs()` does, and mounts it. */
  const add: Sockjs = (handler, options) => {
    const server = sockjs(handler, { ...options, sockjsUrl: SOCKJS_URL });
    servers.push(server);
    app.all(`${options?.prefix}/*`, (c) => server.fetch(c.req.raw, c.env));
    return server;
  };
  add({ message: (connection, message) => connection.send(message) }, { prefix: "/echo" });
  add({ open: (connection) => connection.close(3000, "Go away!") }, { prefix: "/close" });
  createChat(add);
  add(date, { prefix: "/date" });
  add(multiplex(channels), { prefix: "/multiplex" });
  add(statistics(servers), { prefix: "/stats" });

  for (const page of PAGES) {
    app.get(page.path, async (c) => c.html(layout(page, await readPage(page.name), runtime)));
  }
  app.get("/assets/:name", async (c) => (await readAsset(c.req.param("name"))) ?? c.notFound());
  app.get(SOCKJS_URL, () => readPackageScript("sockjs-client/dist/sockjs.min.js"));
  app.get("/multiplex_client.js", () =>
    readPackageScript("websocket-multiplex/multiplex_client.js"),
  );

  return app;
}
