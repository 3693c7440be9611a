import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startDemo, type ExampleProcess } from "../../runtimes/example-process.ts";
import { launchChromium } from "../chromium.ts";
import { CLIENT_DEADLINE_MS } from "../deadline.ts";
import { SAME_ORIGIN_TRANSPORTS } from "../transports.ts";

/** Longest wait for the page's own test of every transport, which takes three seconds. */
const TEST_ALL_DEADLINE_MS = 30_000;

let demo: ExampleProcess;
let browser: Browser;
let page: Page;
let errors: string[];

beforeAll(async () => {
  [demo, browser] = await Promise.all([startDemo(), launchChromium()]);
});

afterAll(async () => {
  await browser.close();
  await demo.stop();
});

beforeEach(async () => {
  errors = [];
  page = await browser.newPage({ viewport: { width: 320, height: 720 } });
  page.setDefaultTimeout(CLIENT_DEADLINE_MS);
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(demo.url);
});

afterEach(async () => {
  await page.close();
  expect(errors).toEqual([]);
});

describe.each(SAME_ORIGIN_TRANSPORTS)("demo site by %s", (transport) => {
  test("shows every frame of an echo and the code it closed with", async () => {
    await choose(transport);
    await press("Connect");
    await shown(`open by ${transport}`);
    await press("Send");
    await page.getByRole("cell", { name: 'a["hello"]' }).waitFor();
    await press("Close");
    await shown("closed with 1000 Normal closure");
    expect(await frames()).toEqual([
      ["received open", "o", "1"],
      ["sent message", '["hello"]', "9"],
      ["received message", 'a["hello"]', "10"],
      ["closed", "1000 Normal closure", ""],
    ]);
  });
});

describe("demo site", () => {
  test(
    "tests all transports in turn and passes them",
    { timeout: 2 * TEST_ALL_DEADLINE_MS },
    async () => {
      await press("Test all transports");
      await summaryShown("9 of 9 transports passed.");
    },
  );

  test(
    "tests the transports that cross origins from another one",
    { timeout: 2 * TEST_ALL_DEADLINE_MS },
    async () => {
      await page.getByRole("checkbox", { name: "From another origin" }).check();
      await press("Test all transports");
      await summaryShown("8 of 8 transports passed.");
    },
  );

  test("stops its tests after the transport that runs", async () => {
    // Both in one turn: the first transport may be done before a second click comes.
    await page.evaluate("for (const button of [test, test]) button.click()");
    await summaryShown("1 of 9 transports passed.");
  });

  test("shows the close frame of a server that closes", async () => {
    await page.getByRole("combobox", { name: "Service" }).selectOption("/close");
    await press("Connect");
    await shown("closed with 3000 Go away!");
    expect(await frames()).toEqual([
      ["received open", "o", "1"],
      ["received close", 'c[3000,"Go away!"]', "18"],
      ["closed", "3000 Go away!", ""],
    ]);
  });

  test("connects anew by the transport chosen meanwhile", async () => {
    await press("Connect");
    await shown("open by websocket");
    await choose("xhr-polling");
    await press("Reconnect");
    await shown("open by xhr-polling");
  });

  test("keeps the focus on its way from Connect to Close and back", async () => {
    await page.getByRole("button", { name: "Connect" }).focus();
    await page.keyboard.press("Enter");
    await shown("open by websocket");
    await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await shown("closed with 1000 Normal closure");
    expect(await page.evaluate("document.activeElement.id")).toBe("connect");
  });

  test("fits a screen 320 pixels wide, large frames in its log", async () => {
    await choose("iframe-xhr-polling");
    await press("Connect");
    await press("64 KiB");
    await page.getByRole("cell", { name: 'a["xxx' }).waitFor();
    const width = await page.evaluate("document.documentElement.scrollWidth");
    expect(width).toBe(320);
  });

  test("names the pages there are, with the open one marked", async () => {
    const links = page.getByRole("navigation", { name: "Pages" }).getByRole("link");
    expect(await links.allTextContents()).toEqual([
      "Transports",
      "Chat",
      "Date",
      "Multiplex",
      "Statistics",
    ]);
    expect(await links.first().getAttribute("aria-current")).toBe("page");
  });
});

/** A transport's radio button is named by it and, on a screen wide enough, by what it does. */
async function choose(transport: string): Promise<void> {
  await page.getByRole("radio", { name: new RegExp(`^${transport}( |$)`) }).check();
}

async function press(name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
}

/** Waits until the state of the connection reads so. */
async function shown(text: string): Promise<void> {
  await page.locator("#state").getByText(text, { exact: true }).waitFor();
}

async function summaryShown(text: string): Promise<void> {
  const summary = page.locator("#test-summary").getByText(text, { exact: true });
  await summary.waitFor({ timeout: TEST_ALL_DEADLINE_MS });
}

/** Kind, text and bytes of every frame in the table once the connection has closed, without the prelude of xhr-streaming. */
async function frames(): Promise<string[][]> {
  await page.locator("#rows .local.close").waitFor();
  const rows = await page.locator("#rows tr:not(.heading-row, .prelude)").all();
  return Promise.all(
    rows.map((row) =>
      Promise.all(
        ["kind", "frame", "bytes"].map(async (column) => {
          const text = await row.locator(`.${column}`).textContent();
          return text?.replace(/^[→←×]/, "").trim() ?? "";
        }),
      ),
    ),
  );
}
