import { multiplex, type Handler, type Options, type Server } from "@sockjs-fetch/core";
import { Hono } from "hono";
import { readAsset, readPackageScript, readPage } from "./files.ts";
import { layout } from "./layout.ts";
import { PAGES } from "./pages.ts";
import { chat } from "./services/chat.ts";
import { date } from "./services/date.ts";
import { channels } from "./services/multiplex.ts";
import { statistics } from "./services/stats.ts";

/** What the demo site takes from the runtime it runs on. */
export interface DemoOptions {
  /** The `sockjs()` of the runtime's adapter. */
  readonly sockjs: (handler: Handler<undefined>, options?: Options<undefined>) => Server<undefined>;
  /** Name and version of the runtime, shown at the top of every page. */
  readonly runtime: string;
}

const SOCKJS_URL = "/sockjs.min.js";

/** Makes the demo site: its pages, and the SockJS services they talk to. */
export function createDemo({ sockjs, runtime }: DemoOptions): Hono {
  const app = new Hono();

  const servers: Server[] = [];
  const services: Readonly<Record<string, Handler>> = {
    "/echo": { message: (connection, message) => connection.send(message) },
    "/close": { open: (connection) => connection.close(3000, "Go away!") },
    "/chat": chat,
    "/date": date,
    "/multiplex": multiplex(channels),
    "/stats": statistics(servers),
  };
  for (const [prefix, handler] of Object.entries(services)) {
    const server = sockjs(handler, { prefix, sockjsUrl: SOCKJS_URL });
    servers.push(server);
    app.all(`${prefix}/*`, (c) => server.fetch(c.req.raw, c.env));
  }

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
