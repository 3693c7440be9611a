import { readFileSync } from "node:fs";
import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from "node:http2";
import { attach, sockjs } from "@sockjs-fetch/node";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TLS } from "../../../packages/adapter-node/test/support/tls.ts";
import { launchChromium, openPage } from "../chromium.ts";
import { listen } from "../link.ts";
import { echoed, numbered, padded } from "../messages.ts";
import { PAGE, SCRIPT_PATH } from "../page-site.ts";
import { PATIENT } from "../place.ts";
import { SAME_ORIGIN_TRANSPORTS } from "../transports.ts";

const script = readFileSync(SCRIPT_PATH);

let browser: Browser;

beforeAll(async () => {
  browser = await launchChromium(["--ignore-certificate-errors"]);
});

afterAll(() => browser.close());

/** A site with an echo, its page and its script by HTTP/2, and what was asked for by streams of HTTP/2. */
interface Site {
  readonly url: string;
  readonly streams: readonly string[];
  close(): Promise<void>;
}

async function startSite(allowHTTP1: boolean): Promise<Site> {
  const server = createSecureServer({ ...TLS, allowHTTP1 }, ({ url }, response) => {
    if (url === "/page.html") response.setHeader("Content-Type", "text/html");
    response.end(url === "/page.html" ? PAGE : script);
  });
  const echo = sockjs(
    { message: (connection, text) => connection.send(text) },
    { prefix: "/echo", sockjsUrl: "/sockjs.js" },
  );
  attach(server, echo);
  const streams: string[] = [];
  const sessions = new Set<ServerHttp2Session>();
  server.on("session", (session: ServerHttp2Session) => {
    sessions.add(session);
    session.on("stream", (_stream, headers) => {
      streams.push(`${headers[":method"]} ${headers[":path"]?.replace(/\?.*/, "")}`);
    });
  });
  const port = await listen(server);
  return {
    url: `https://localhost:${port}`,
    streams,
    async close() {
      await echo.close({ timeout: 1 });
      for (const session of sessions) session.destroy();
      await closed(server);
    },
  };
}

function closed(server: Http2SecureServer): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
  });
}

describe("sockjs-client on a page by HTTP/2", () => {
  let site: Site;

  beforeAll(async () => {
    site = await startSite(true);
  });

  afterAll(() => site.close());

  test.each(SAME_ORIGIN_TRANSPORTS)("echoes by %s", async (transport) => {
    const errors: string[] = [];
    const page = await openPage(browser, `${site.url}/page.html`, errors);
    const before = site.streams.length;
    const options = { ...PATIENT, transports: [transport] };
    const client = await page.client.open(`${site.url}/echo`, options);
    await echoed(client, ["one", padded("large", 100_000), "€", ...numbered(50)]);
    await client.close();
    await page.close();
    const segments = site.streams.slice(before).map((line) => line.replace(/^.*\//, ""));

    expect([client.transport, errors]).toEqual([transport, []]);
    // A WebSocket comes by a connection of HTTP/1.1, beside; all else by streams.
    expect(segments.includes("xhr_send") || segments.includes("jsonp_send")).toBe(
      transport !== "websocket",
    );
  });

  test("takes a WebSocket where it may choose", async () => {
    const page = await openPage(browser, `${site.url}/page.html`);
    const client = await page.client.open(`${site.url}/echo`, PATIENT);
    await page.close();

    expect(client.transport).toBe("websocket");
  });

  test("has more receivers on one connection than HTTP/1.1 lets it have", async () => {
    const page = await openPage(browser, `${site.url}/page.html`);
    const options = { ...PATIENT, transports: ["xhr-streaming"] };
    for (const name of numbered(12))
      await echoed(await page.client.open(`${site.url}/echo`, options), [name]);
    await page.close();
  });
});

test("sockjs-client does not try WebSockets on a server that takes HTTP/2 alone", async () => {
  const site = await startSite(false);
  const page = await openPage(browser, `${site.url}/page.html`);
  const client = await page.client.open(`${site.url}/echo`, PATIENT);
  await echoed(client, ["one"]);
  await page.close();
  await site.close();

  expect(client.transport).toBe("xhr-streaming");
});
