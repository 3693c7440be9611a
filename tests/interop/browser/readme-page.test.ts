import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { pathOf, startExample, type ExampleProcess } from "../../runtimes/example-process.ts";
import { launchChromium } from "../chromium.ts";
import { CLIENT_DEADLINE_MS } from "../deadline.ts";
import { SCRIPT_PATH } from "../page-site.ts";

let example: ExampleProcess;
let browser: Browser;
let folder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "sockjs-fetch-"));
  [example, browser] = await Promise.all([startExample("echo/dist/server.js"), launchChromium()]);
});

afterAll(async () => {
  await browser.close();
  await example.stop();
  rmSync(folder, { recursive: true });
});

test("examples/echo/index.html shows the echo of its message", async () => {
  const file = join(folder, "index.html");
  const html = readFileSync(pathOf("echo/index.html"), "utf8");
  writeFileSync(file, html.replace("8081", String(example.port)));
  const page = await browser.newPage();
  // In place of the content delivery network: tests need no other host.
  await page.route("https://cdn.jsdelivr.net/**", (route) => route.fulfill({ path: SCRIPT_PATH }));
  await page.goto(pathToFileURL(file).href);
  await page.getByText("echo: hello", { exact: true }).waitFor({ timeout: CLIENT_DEADLINE_MS });
  expect(await page.locator("body").innerText()).toBe("echo: hello");
});
