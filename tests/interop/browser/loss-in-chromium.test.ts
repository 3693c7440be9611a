import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe } from "vitest";
import { CLIENTS_A_PAGE, launchChromium, openPage, type ClientPage } from "../chromium.ts";
import { defineLossTests, type Loss } from "../loss-tests.ts";
import { IS_INSTALLED, type Surroundings } from "../place.ts";
import type { Closed } from "../probe.ts";

const BROKEN: Closed = { code: 1006, reason: "", wasClean: false };
const PERMANENT: Closed = { code: 1006, reason: "permanent", wasClean: false };
const INTERRUPTED: Closed = { code: 1002, reason: "Connection interrupted", wasClean: true };
const UNKNOWN: Closed = { code: 1006, reason: "Server lost session", wasClean: false };
const SEND_REFUSED: Closed = {
  code: 1006,
  reason: "Sending error: Error: http status 404",
  wasClean: false,
};
const SEND_FAILED: Closed = {
  code: 1006,
  reason: "Sending error: Error: http status 0",
  wasClean: false,
};
const SCRIPT_FAILED: Closed = {
  code: 1006,
  reason: "JSONP script loaded abnormally (onerror)",
  wasClean: false,
};
const SCRIPT_EMPTY: Closed = {
  code: 1006,
  reason: "JSONP script loaded abnormally (onload)",
  wasClean: false,
};

describe.skipIf(!IS_INSTALLED)("sockjs-client in Chromium", () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  });

  afterAll(() => browser.close());

  // How the loss of a poll shows depends on how much of its answer's head the runtime has sent: where nothing has come, Chromium
  // repeats the request by itself, and the server tells of the interruption; a part of the head it takes for the whole of an
  // empty answer (Bun 1.4 sends a part); after a whole head it reports an error. What has come of an htmlfile response it takes
  // for the whole, and says nothing.
  describe.each([
    {
      how: "whose connections break",
      lose: async ({ link }: Surroundings) => link.cut(),
      losses: [
        { transport: "websocket", noticed: "at once", closed: [BROKEN] },
        { transport: "xhr-streaming", noticed: "at once", closed: [PERMANENT] },
        { transport: "eventsource", noticed: "at once", closed: [INTERRUPTED] },
        { transport: "iframe-eventsource", noticed: "at once", closed: [INTERRUPTED] },
        { transport: "htmlfile", noticed: "when sending", closed: [SEND_REFUSED] },
        { transport: "iframe-htmlfile", noticed: "when sending", closed: [SEND_REFUSED] },
        { transport: "xhr-polling", noticed: "at once", closed: [PERMANENT, INTERRUPTED] },
        { transport: "iframe-xhr-polling", noticed: "at once", closed: [PERMANENT, INTERRUPTED] },
        {
          transport: "jsonp-polling",
          noticed: "at once",
          closed: [SCRIPT_FAILED, SCRIPT_EMPTY, INTERRUPTED],
        },
      ] satisfies Loss[],
    },
    {
      how: "whose server is killed",
      lose: ({ killServer }: Surroundings) => killServer(),
      losses: [
        { transport: "websocket", noticed: "at once", closed: [BROKEN] },
        { transport: "xhr-streaming", noticed: "at once", closed: [PERMANENT] },
        { transport: "eventsource", noticed: "when sending", closed: [SEND_FAILED] },
        { transport: "iframe-eventsource", noticed: "when sending", closed: [SEND_FAILED] },
        { transport: "htmlfile", noticed: "when sending", closed: [SEND_FAILED] },
        { transport: "iframe-htmlfile", noticed: "when sending", closed: [SEND_FAILED] },
        { transport: "xhr-polling", noticed: "at once", closed: [PERMANENT] },
        { transport: "iframe-xhr-polling", noticed: "at once", closed: [PERMANENT] },
        { transport: "jsonp-polling", noticed: "at once", closed: [SCRIPT_FAILED, SCRIPT_EMPTY] },
      ] satisfies Loss[],
    },
    {
      how: "whose server is replaced",
      lose: ({ replaceServer }: Surroundings) => replaceServer(),
      losses: [
        { transport: "websocket", noticed: "at once", closed: [BROKEN] },
        { transport: "xhr-streaming", noticed: "at once", closed: [PERMANENT] },
        { transport: "eventsource", noticed: "at once", closed: [UNKNOWN] },
        { transport: "iframe-eventsource", noticed: "at once", closed: [UNKNOWN] },
        { transport: "htmlfile", noticed: "when sending", closed: [SEND_REFUSED] },
        { transport: "iframe-htmlfile", noticed: "when sending", closed: [SEND_REFUSED] },
        { transport: "xhr-polling", noticed: "at once", closed: [PERMANENT] },
        { transport: "iframe-xhr-polling", noticed: "at once", closed: [PERMANENT] },
        { transport: "jsonp-polling", noticed: "at once", closed: [SCRIPT_FAILED, SCRIPT_EMPTY] },
      ] satisfies Loss[],
    },
  ])("$how", ({ losses, lose }) => {
    let page: ClientPage | undefined;
    let clients = 0;

    afterAll(async () => {
      for (const context of browser.contexts()) await context.close();
    });

    defineLossTests(losses, lose, async (surroundings) => {
      if (page === undefined || clients === CLIENTS_A_PAGE) {
        page = await openPage(browser, `${surroundings.link.url}/page.html`);
        clients = 0;
      }
      clients += 1;
      return { client: page.client, surroundings };
    });
  });
});
