import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newTag, readJournal } from "../../harness/journal-reader.ts";
import { launchChromium, openPage, type ClientPage } from "../chromium.ts";
import { openLink, type Link } from "../link.ts";
import { echoed } from "../messages.ts";
import { IS_INSTALLED, requestsOf, startSurroundings, type Surroundings } from "../place.ts";

// The client never stops the timer of a transport that failed early: it ends whatever transport is being tried when it fires.
// After a row of refusals it therefore skips transports that work; where answers are withheld, each ends by its own timer.

describe.skipIf(!IS_INSTALLED)("sockjs-client in Chromium, left to choose", () => {
  let surroundings: Surroundings;
  let browser: Browser;

  beforeAll(async () => {
    [surroundings, browser] = await Promise.all([startSurroundings(), launchChromium()]);
  });

  afterAll(async () => {
    await browser.close();
    await surroundings.stop();
  });

  /** Runs a test on a link with faults of its own. */
  async function withLink(run: (link: Link) => Promise<void>): Promise<void> {
    const link = await openLink();
    link.forwardTo(surroundings.serverPort);
    await run(link);
    await link.close();
  }

  const openForeignPage = (): Promise<ClientPage> =>
    openPage(browser, surroundings.site.pageUrl("127.0.0.1"));

  test.each([
    { refused: [], chosen: "websocket" },
    { refused: ["websocket"], chosen: "xhr-streaming" },
    { refused: ["websocket", "xhr_streaming"], chosen: "eventsource" },
  ])("comes to $chosen where the network refuses $refused", ({ refused, chosen }) =>
    withLink(async (link) => {
      for (const endpoint of refused) link.refuse(new RegExp(`/${endpoint}$`));
      const page = await openForeignPage();
      const client = await page.client.open(`${link.url}/echo`, {});
      expect(client.transport).toBe(chosen);
      await echoed(client, ["a message"]);
      await page.close();
    }),
  );

  test.concurrent("tries all its transports in order, down to jsonp-polling", () =>
    withLink(async (link) => {
      link.withhold(/\/(?:websocket|xhr_streaming|eventsource|htmlfile|xhr)$/);
      const page = await openPage(browser, `${link.url}/page.html`);
      const tag = newTag();
      const client = await page.client.open(`${link.url}/echo?tag=${tag}`, { timeout: 700 });
      expect(client.transport).toBe("jsonp-polling");
      const tried = link.requests.filter(({ url }) => url.includes(tag) && !url.includes("iframe"));
      expect(tried.map(({ url }) => url.replace(/\?.*$|^.*\//g, "")).slice(0, 10)).toEqual([
        "info",
        "websocket",
        "xhr_streaming",
        "eventsource",
        "eventsource", // of iframe-eventsource
        "htmlfile",
        "htmlfile", // of iframe-htmlfile
        "xhr",
        "xhr", // of iframe-xhr-polling
        "jsonp",
      ]);
      await echoed(client, ["a message"]);
      await page.close();
    }));

  test.concurrent("comes to xhr-polling behind a proxy that streams nothing, and leaves no session behind", () =>
    withLink(async (link) => {
      link.withhold(/\/(?:websocket|xhr_streaming|eventsource|htmlfile)$/);
      const page = await openForeignPage();
      const tag = newTag();
      const client = await page.client.open(`${link.url}/echo?tag=${tag}`, { timeout: 1000 });
      expect(client.transport).toBe("xhr-polling");
      const entries = await readJournal(surroundings.serverPort, tag, "close", 5);
      expect(entries.flatMap((entry) => (entry.hook === "open" ? [entry.transport] : []))).toEqual([
        "websocket",
        "xhr-streaming",
        "eventsource",
        "eventsource", // of iframe-eventsource
        "htmlfile", // of iframe-htmlfile
        "xhr-polling",
      ]);
      await echoed(client, ["a message"]);
      await page.close();
    }));

  test("asks for no websocket where info has none", async () => {
    const page = await openForeignPage();
    const tag = newTag();
    const url = `${surroundings.link.url}/disabled_websocket_echo?tag=${tag}`;
    const client = await page.client.open(url, {});
    await echoed(client, ["a message"]);
    expect(requestsOf(surroundings, tag)).toEqual([
      "GET /disabled_websocket_echo/info",
      "POST /disabled_websocket_echo/xhr_send",
      "POST /disabled_websocket_echo/xhr_streaming",
    ]);
    await page.close();
  });

  test("reports a server that has no such service", async () => {
    const page = await openForeignPage();
    expect(await page.client.attempt(`${surroundings.link.url}/nothing-here`, {})).toEqual({
      id: 0,
      closed: { code: 1002, reason: "Cannot connect to server", wasClean: false },
    });
    await page.close();
  });
});
