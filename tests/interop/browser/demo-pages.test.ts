import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { startDemo, type ExampleProcess } from "../../runtimes/example-process.ts";
import { launchChromium } from "../chromium.ts";
import { CLIENT_DEADLINE_MS } from "../deadline.ts";
import { SAME_ORIGIN_TRANSPORTS } from "../transports.ts";

/** In the order in which the demo makes its services. */
const DATE_SERVICE = 3;

let demo: ExampleProcess;
let browser: Browser;
let pages: Page[];
let errors: string[];

beforeAll(async () => {
  [demo, browser] = await Promise.all([startDemo(), launchChromium()]);
});

afterAll(async () => {
  await browser.close();
  await demo.stop();
});

beforeEach(() => {
  pages = [];
  errors = [];
});

afterEach(async () => {
  await Promise.all(pages.map((page) => page.context().close()));
  expect(errors).toEqual([]);
});

describe.each(SAME_ORIGIN_TRANSPORTS)("demo site by %s", (transport) => {
  test("carries a chat between two pages, with who comes and goes", async () => {
    const [ann, bob] = await Promise.all([open("chat", transport), open("chat", transport)]);
    await join(ann, "Ann");
    await shown(ann, `open by ${transport}`);
    await lineShown(ann, "You have joined");
    await join(bob, "Bob");
    await lineShown(ann, "Bob has joined");
    await say(ann, "hello <b>Bob</b>");
    await lineShown(bob, "hello <b>Bob</b>");
    await say(bob, "hello Ann");
    await lineShown(ann, "hello Ann");
    expect(await present(bob)).toEqual(["Ann", "Bob"]);
    await bob.context().close();
    await lineShown(ann, "Bob has left");

    expect(await lines(ann)).toEqual([
      "You have joined",
      "Bob has joined",
      "You: hello <b>Bob</b>",
      "Bob: hello Ann",
      "Bob has left",
    ]);
    expect(await present(ann)).toEqual(["Ann"]);
  });

  test("tells the date each second, and stops when the page leaves", async () => {
    const page = await open("date", transport);
    await press(page, "Start");
    await shown(page, `open by ${transport}`);
    await ticked(page, 2);
    expect(await page.locator("#time").textContent()).toMatch(/^\d\d:\d\d:\d\d$/);
    expect(await page.locator("#gap").textContent()).toMatch(/^[\d,]+$/);
    await page.goto("about:blank");
    await dateHasStopped();
  });

  test("carries three channels, and subscribes again to one that has closed", async () => {
    const page = await open("multiplex", transport);
    await press(page, "Connect");
    await page.locator("#carl .state").getByText("closed").waitFor();
    await page.locator("#ann [type=submit]").click();
    await page.locator("#ann").getByText("Ann nods: hello").waitFor();
    await page.locator("#bob input").fill("a,b");
    await page.locator("#bob [type=submit]").click();
    await page.locator("#bob").getByText("Bob says no to: a,b").waitFor();
    await page.locator("#carl").getByRole("button", { name: "Subscribe" }).click();
    await page.locator("#carl .heard").nth(1).waitFor();
    await page.locator("#carl .event").nth(3).waitFor();

    expect(await talk(page, "ann")).toEqual([
      "subscribed",
      "ann Ann says hi!",
      "you hello",
      "ann Ann nods: hello",
    ]);
    expect(await talk(page, "bob")).toEqual([
      "subscribed",
      "bob Bob doesn't agree.",
      "you a,b",
      "bob Bob says no to: a,b",
    ]);
    expect(await talk(page, "carl")).toEqual([
      "subscribed",
      "carl Carl says goodbye!",
      "closed",
      "subscribed",
      "carl Carl says goodbye!",
      "closed",
    ]);
  });

  test("plots statistics that move with the traffic", async () => {
    const page = await open("stats", transport);
    await shown(page, `open by ${transport}`);
    await press(page, "Make traffic");
    await legendAbove(page, "connections", transport.replace("iframe-", ""), 1);
    await legendAbove(page, "rates", "received", 2);
    await page.locator("#rates polyline").first().waitFor(); // a line without height would not count as visible
  });
});

// A script that is being loaded cannot be given up: the server hears late that a visitor by jsonp-polling has closed.
describe.each(SAME_ORIGIN_TRANSPORTS.filter((name) => name !== "jsonp-polling"))(
  "demo site by %s",
  (transport) => {
    test("stops telling the date when told to", async () => {
      const page = await open("date", transport);
      await press(page, "Start");
      await ticked(page, 1);
      await press(page, "Stop");
      await shown(page, "closed with 1000 Normal closure");
      await dateHasStopped();
    });

    test("announces who leaves a chat, to whoever stays", async () => {
      const [ann, bob] = await Promise.all([open("chat", transport), open("chat", transport)]);
      await join(ann, "Ann");
      await lineShown(ann, "You have joined");
      await join(bob, "Bob");
      await lineShown(ann, "Bob has joined");
      await press(bob, "Leave");
      await lineShown(bob, "You have left");
      await lineShown(ann, "Bob has left");
      expect(await present(ann)).toEqual(["Ann"]);
      expect(await present(bob)).toEqual([]);
    });
  },
);

describe("demo site", () => {
  test("connects anew by a transport chosen meanwhile, and takes it along to the next page", async () => {
    const page = await open("date", "websocket");
    await press(page, "Start");
    await shown(page, "open by websocket");
    await page.locator("summary").click();
    await page.getByRole("radio", { name: /^xhr-polling/ }).check();
    await shown(page, "open by xhr-polling");
    await page.getByRole("link", { name: "Statistics" }).click();
    await shown(page, "open by xhr-polling");
  });

  test("opens and closes a channel of a connection that stays", async () => {
    const page = await open("multiplex", "websocket");
    await press(page, "Connect");
    await page.locator("#ann").getByText("Ann says hi!").waitFor();
    await page.locator("#ann").getByRole("button", { name: "Unsubscribe" }).click();
    await page.locator("#ann .state").getByText("closed").waitFor();
    await page.locator("#ann").getByRole("button", { name: "Subscribe" }).click();
    await page.locator("#ann .heard").nth(1).waitFor();
    await press(page, "Close");
    await page.locator("#ann").getByText("closed with the connection").waitFor();
    await shown(page, "closed with 1000 Normal closure");
  });

  test("gives the focus to Join when a chat that was typed in closes", async () => {
    const page = await open("chat", "websocket");
    await join(page, "Ann");
    await page.locator("#message:focus").waitFor();
    await page.evaluate("document.querySelector('#toggle').click()");
    await page.locator("#toggle:focus").getByText("Join").waitFor();
  });

  test.each([
    {
      name: "chat",
      use: async (page: Page) => {
        await join(page, "n".repeat(24));
        await say(page, "unbroken".repeat(50));
        await page.locator("#lines .text").waitFor();
      },
    },
    {
      name: "date",
      use: async (page: Page) => {
        await press(page, "Start");
        await ticked(page, 2);
      },
    },
    {
      name: "multiplex",
      use: async (page: Page) => {
        await press(page, "Connect");
        await page.locator("#ann input").fill("unbroken".repeat(50));
        await page.locator("#ann [type=submit]").click();
        await page.locator("#ann .heard").nth(1).waitFor();
      },
    },
    {
      name: "stats",
      use: async (page: Page) => {
        await press(page, "Make traffic");
        await legendAbove(page, "rates", "received", 0);
      },
    },
  ])("fits a screen 320 pixels wide with the page $name in use", async ({ name, use }) => {
    const page = await open(name, "iframe-xhr-polling");
    await use(page);
    await page.locator("summary").click();
    expect(await page.evaluate("document.documentElement.scrollWidth")).toBe(320);
  });
});

/** Opens a page of the site as a visitor of its own. */
async function open(name: string, transport: string): Promise<Page> {
  const context = await browser.newContext({ viewport: { width: 320, height: 720 } });
  const page = await context.newPage();
  pages.push(page);
  page.setDefaultTimeout(CLIENT_DEADLINE_MS);
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(`${demo.url}/pages/${name}?transport=${transport}`);
  return page;
}

async function press(page: Page, name: string): Promise<void> {
  await page.getByRole("button", { name, exact: true }).click();
}

/** Waits until the state of the connection reads so. */
async function shown(page: Page, text: string): Promise<void> {
  await page.locator("#state").getByText(text, { exact: true }).waitFor();
}

async function join(page: Page, name: string): Promise<void> {
  await page.getByRole("textbox", { name: "Your name" }).fill(name);
  await press(page, "Join");
}

async function say(page: Page, text: string): Promise<void> {
  await page.getByRole("textbox", { name: "Message" }).fill(text);
  await press(page, "Send");
}

async function lineShown(page: Page, text: string): Promise<void> {
  await page.locator("#lines").getByText(text, { exact: true }).waitFor();
}

async function ticked(page: Page, times: number): Promise<void> {
  await page.locator("#ticks").getByText(String(times), { exact: true }).waitFor();
}

/** Who spoke, and what, without the time. */
async function lines(page: Page): Promise<string[]> {
  const all = await page.locator("#lines li").all();
  return Promise.all(
    all.map(async (line) => {
      const parts = await line.locator("span").allTextContents();
      if (parts.length === 0) return (await line.textContent()) ?? "";
      return parts.map((part) => part.replace(/: $/, "")).join(": ");
    }),
  );
}

function present(page: Page): Promise<string[]> {
  return page.locator("#present li").allTextContents();
}

function talk(page: Page, channel: string): Promise<string[]> {
  return page.locator(`#${channel} .talk li`).allTextContents();
}

/** Waits until the legend of a plot has more than so many of something. */
async function legendAbove(page: Page, plot: string, name: string, count: number): Promise<void> {
  await page.waitForFunction(`
    Array.from(document.querySelectorAll("#${plot}-legend li")).some(
      (item) => item.querySelector("span").textContent === "${name}" &&
        Number(item.querySelector("b").textContent) > ${count},
    )`);
}

/** Waits until nobody listens to the date any more, and then that a second of silence follows, by the site's own statistics. */
async function dateHasStopped(): Promise<void> {
  const page = await open("stats", "websocket");
  await page.evaluate(
    `new Promise((resolve) => {
      const socket = new SockJS("/stats");
      let last;
      socket.onmessage = ({ data }) => {
        const { open, messagesSent } = JSON.parse(data)[${DATE_SERVICE}];
        if (open === 0 && messagesSent === last) {
          socket.close();
          resolve();
        }
        last = open === 0 ? messagesSent : undefined;
      };
    })`,
  );
}
