import type { Browser } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { newTag, readJournal } from "../harness/journal-reader.ts";
import { CLIENTS_A_PAGE, launchChromium, openPage, type ClientPage } from "./chromium.ts";
import { defineClosingTests } from "./closing-tests.ts";
import { echoed } from "./messages.ts";
import { defineOpeningTests } from "./opening-tests.ts";
import {
  IS_INSTALLED,
  openOn,
  PATIENT,
  startSurroundings,
  type Place,
  type Surroundings,
} from "./place.ts";
import { CLIENT_TRANSPORTS, type ClientTransport } from "./transports.ts";

/** What a script says that comes for a client which has closed meanwhile: a jsonp poll, and the start of an htmlfile page. */
const CLIENT_HAS_GONE = /^_jp\.a\w{6} is not a function$|\(reading 'start'\)$/;

/** What must hold in Chromium on a page of some origin, which offers `transports`, no less and no more. */
export function definePageTests(
  origin: string,
  transports: readonly ClientTransport[],
  pageUrl: (surroundings: Surroundings) => string,
  defineMessageTests: (transport: ClientTransport, place: () => Place) => void,
): void {
  describe.skipIf(!IS_INSTALLED)(`sockjs-client on ${origin}`, () => {
    let surroundings: Surroundings;
    let browser: Browser;

    beforeAll(async () => {
      [surroundings, browser] = await Promise.all([startSurroundings(), launchChromium()]);
    });

    afterAll(async () => {
      await browser.close();
      await surroundings.stop();
    });

    test("offers the transports of this origin and no others", async () => {
      const page = await openPage(browser, pageUrl(surroundings));
      const others = CLIENT_TRANSPORTS.filter((transport) => !transports.includes(transport));
      const url = `${surroundings.link.url}/echo`;
      expect(await page.client.attempt(url, { ...PATIENT, transports: others })).toEqual({
        id: 0,
        closed: { code: 2000, reason: "All transports failed", wasClean: false },
      });
      await page.close();
    });

    describe.each(transports)("by %s", (transport) => {
      const errors: string[] = [];
      let page: ClientPage | undefined;
      let clients = 0;

      beforeEach(async () => {
        page ??= await openPage(browser, pageUrl(surroundings), errors);
        clients += 1;
      });

      // A browser cannot abort a script that loads: each client that closed by itself keeps its last jsonp poll until the next
      // heartbeat.
      afterEach(async () => {
        if (transport === "jsonp-polling" && clients === CLIENTS_A_PAGE) await leave();
      });

      afterAll(() => leave());

      const leave = async (): Promise<void> => {
        await page?.close();
        page = undefined;
        clients = 0;
      };

      const place = (): Place => {
        if (!page) throw new Error("Cannot run a client: no page is open");
        return { client: page.client, surroundings };
      };

      defineOpeningTests(transport, place);
      defineMessageTests(transport, place);
      defineClosingTests(transport, place);

      test("ran nothing that came in a message, and left no error in the page", () => {
        expect(errors.filter((error) => !CLIENT_HAS_GONE.test(error))).toEqual([]);
      });

      test("tells the application when the visitor leaves the page", async () => {
        const tag = newTag();
        const client = await openOn(place(), transport, `/echo?tag=${tag}`);
        await echoed(client, ["a message"]);
        await leave();
        const entries = await readJournal(surroundings.serverPort, tag, "close");
        expect(entries.map((entry) => entry.hook)).toEqual(["open", "message", "close"]);
      });
    });
  });
}
