import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { pathOf, startExample, type ExampleProcess } from "../../runtimes/example-process.ts";
import { launchChromium } from "../chromium.ts";
import { CLIENT_DEADLINE_MS } from "../deadline.ts";
import { MULTIPLEX_CLIENT_PATH, SCRIPT_PATH } from "../page-site.ts";

/** In place of the content delivery network: tests need no other host. */
const SCRIPTS = {
  "https://cdn.jsdelivr.net/npm/sockjs-client@1/dist/sockjs.min.js": SCRIPT_PATH,
  "https://cdn.jsdelivr.net/npm/websocket-multiplex@0.1.0/multiplex_client.js":
    MULTIPLEX_CLIENT_PATH,
};

let browser: Browser;
let folder: string;
let example: ExampleProcess;
let errors: string[];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sockjs-fetch-"));
  browser = await launchChromium();
});

afterAll(async () => {
  await browser.close();
  rmSync(folder, { recursive: true });
});

beforeEach(() => {
  errors = [];
});

afterEach(async () => {
  await Promise.all(browser.contexts().map((context) => context.close()));
  await example.stop();
  expect(errors).toEqual([]);
});

test("examples/echo/index.html shows the echo of its message", async () => {
  example = await startExample("echo/dist/server.js");
  const page = await open("echo");
  await shown(page, "echo: hello");
  expect(await page.locator("body").innerText()).toBe("echo: hello");
});

test("examples/chat/index.html shows who joins, talks and leaves, and who is here", async () => {
  example = await startExample("chat/dist/server.js");
  const ann = await open("chat", "Ann & Co");
  await shown(ann, "Ann & Co joined");
  const bob = await open("chat", "Bob");
  await shown(ann, "Bob joined");
  await bob.locator("input").fill("hello <b>Ann</b>");
  await bob.locator("button").click();
  await shown(ann, "Bob: hello <b>Ann</b>");
  await shown(ann, "Here: Ann & Co, Bob");
  await bob.context().close();
  await shown(ann, "Bob left");
  expect(await ann.locator("li").allTextContents()).toEqual([
    "Ann & Co joined",
    "Bob joined",
    "Bob: hello <b>Ann</b>",
    "Bob left",
  ]);
  await shown(ann, "Here: Ann & Co");
});

test("examples/date/index.html shows the time, and shows it move", async () => {
  example = await startExample("date/dist/server.js");
  const page = await open("date");
  await page.waitForFunction(`document.querySelector("time").textContent.endsWith("GMT")`);
  const first = await page.locator("time").textContent();
  await page.waitForFunction(
    `document.querySelector("time").textContent !== ${JSON.stringify(first)}`,
  );
});

test("examples/multiplex/index.html shows what comes on each of its channels", async () => {
  example = await startExample("multiplex/dist/server.js");
  const page = await open("multiplex");
  await shown(page, "Ann nods: hello");
  await shown(page, "Bob says no to: hello");
  await shown(page, "carl has closed");
  expect(await page.locator("ul").allInnerTexts()).toEqual([
    "Ann says hi!\nAnn nods: hello",
    "Bob doesn't agree.\nBob says no to: hello",
    "Carl says goodbye!\ncarl has closed",
  ]);
});

test("examples/stats/index.html plots its own traffic", async () => {
  example = await startExample("stats/dist/server.js");
  const page = await open("stats");
  await page.waitForFunction(`document.querySelector("polyline").points.length > 2`);
  await page.getByText(/^[1-9]\d*(?:\.\d+)? messages a second, 1 connections$/).waitFor();
});

/** Opens a copy of an example's page, straight from the file, as a visitor of its own who gives this answer to a prompt. */
async function open(name: string, answer = ""): Promise<Page> {
  const file = join(folder, `${name}.html`);
  const html = readFileSync(pathOf(`${name}/index.html`), "utf8");
  writeFileSync(file, html.replaceAll("8081", String(example.port)));
  const page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(CLIENT_DEADLINE_MS);
  page.on("pageerror", (error) => errors.push(error.message));
  page.on("dialog", (dialog) => void dialog.accept(answer));
  for (const [url, path] of Object.entries(SCRIPTS))
    await page.route(url, (route) => route.fulfill({ path }));
  await page.goto(pathToFileURL(file).href);
  return page;
}

async function shown(page: Page, text: string): Promise<void> {
  await page.getByText(text, { exact: true }).waitFor();
}
