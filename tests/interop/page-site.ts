import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { pathOf } from "../runtimes/example-process.ts";
import { listen } from "./link.ts";

/** A site of its own origin: an empty page with the installed `sockjs-client`, and the script for everyone else. */
export interface PageSite {
  readonly scriptUrl: string;
  /** The page by one of this machine's names: `127.0.0.1` or `localhost`. */
  pageUrl(hostname: string): string;
  close(): Promise<void>;
}

/** The unmodified browser build, as npm delivers it. */
export const SCRIPT_PATH: string = join(
  dirname(createRequire(import.meta.url).resolve("sockjs-client/package.json")),
  "dist/sockjs.js",
);

/** The unmodified client of `websocket-multiplex`, likewise. */
export const MULTIPLEX_CLIENT_PATH: string = createRequire(pathOf("package.json")).resolve(
  "websocket-multiplex/multiplex_client.js",
);

/** Starts the site on a free port. */
export async function startPageSite(): Promise<PageSite> {
  const script = await readFile(SCRIPT_PATH);
  const server = createServer(({ url }, response) => {
    if (url === "/page.html") response.setHeader("Content-Type", "text/html").end(PAGE);
    else if (url === "/sockjs.js")
      response.setHeader("Content-Type", "text/javascript").end(script);
    else response.writeHead(404).end();
  });
  const port = await listen(server);
  return {
    scriptUrl: `http://127.0.0.1:${port}/sockjs.js`,
    pageUrl: (hostname) => `http://${hostname}:${port}/page.html`,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

/** An empty page that loads the client. */
export const PAGE =
  '<!DOCTYPE html><meta charset="UTF-8"><title>interop</title><script src="/sockjs.js"></script><body></body>';
