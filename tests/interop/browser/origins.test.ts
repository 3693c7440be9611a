import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { launchChromium, openPage } from "../chromium.ts";
import { echoed } from "../messages.ts";
import { IS_INSTALLED, PATIENT, startSurroundings, type Surroundings } from "../place.ts";
import { CROSS_ORIGIN_TRANSPORTS } from "../transports.ts";

const REFUSED = {
  id: 0,
  closed: { code: 2000, reason: "All transports failed", wasClean: false },
};

describe.skipIf(!IS_INSTALLED)("a service for known origins", () => {
  let surroundings: Surroundings;
  let browser: Browser;

  beforeAll(async () => {
    [surroundings, browser] = await Promise.all([startSurroundings(), launchChromium()]);
  });

  afterAll(async () => {
    await browser.close();
    await surroundings.stop();
  });

  describe.each(CROSS_ORIGIN_TRANSPORTS)("by %s", (transport) => {
    test("serves a page of an origin it knows", async () => {
      const page = await openPage(browser, surroundings.site.pageUrl("127.0.0.1"));
      const url = `${surroundings.link.url}/known_origins_echo`;
      const client = await page.client.open(url, { ...PATIENT, transports: [transport] });
      await echoed(client, ["known"]);
      await page.close();
    });

    test.each(["/known_origins_echo", "/same_origin_echo"])(
      "refuses a page of another origin, and the client says so: %s",
      async (service) => {
        const page = await openPage(browser, surroundings.site.pageUrl("localhost"));
        const options = { ...PATIENT, transports: [transport] };
        const url = `${surroundings.link.url}${service}`;
        expect(await page.client.attempt(url, options)).toEqual(REFUSED);
        await page.close();
      },
    );
  });
});
