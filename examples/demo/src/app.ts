import type { Handler, Options, Server } from "@sockjs-fetch/core";
import { Hono } from "hono";
import { readAsset, readPage, readSockjsClient } from "./files.ts";
import { layout } from "./layout.ts";
import { PAGES } from "./pages.ts";

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

  const echo = sockjs(
    { message: (connection, message) => connection.send(message) },
    { prefix: "/echo", sockjsUrl: SOCKJS_URL },
  );
  const close = sockjs(
    { open: (connection) => connection.close(3000, "Go away!") },
    { prefix: "/close", sockjsUrl: SOCKJS_URL },
  );
  app.all("/echo/*", (c) => echo.fetch(c.req.raw, c.env));
  app.all("/close/*", (c) => close.fetch(c.req.raw, c.env));

  for (const page of PAGES) {
    app.get(page.path, async (c) => c.html(layout(page, await readPage(page.name), runtime)));
  }
  app.get("/assets/:name", async (c) => (await readAsset(c.req.param("name"))) ?? c.notFound());
  app.get(SOCKJS_URL, () => readSockjsClient());

  return app;
}
