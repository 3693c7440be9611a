import { readFileSync } from "node:fs";
import { multiplex, serve, sockjs, type Serving } from "@sockjs-fetch/node";
import type { Browser, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { launchChromium } from "../chromium.ts";
import { CLIENT_DEADLINE_MS } from "../deadline.ts";
import { MULTIPLEX_CLIENT_PATH, SCRIPT_PATH } from "../page-site.ts";
import { SAME_ORIGIN_TRANSPORTS } from "../transports.ts";

/** Runs in the page: a connection, its multiplexer, and a journal of what becomes of its channels. */
const OPEN = `
  globalThis.journal = [];
  globalThis.channels = {};
  globalThis.subscribe = (name) => {
    const channel = multiplexer.channel(name);
    channel.onopen = () => journal.push("open " + name);
    channel.onmessage = ({ data }) => journal.push(name + ": " + data);
    channel.onclose = () => journal.push("close " + name);
    channels[name] = channel;
  };
  globalThis.multiplexer = new WebSocketMultiplex(globalThis.socket = new SockJS("/multiplex", null, { transports: TRANSPORT }));
`;

let serving: Serving;
let browser: Browser;
let page: Page;
let errors: string[];
let closed: string[];

const server = sockjs(
  multiplex((name) =>
    name === "refused"
      ? undefined
      : {
          open: (channel) => channel.send(`welcome to ${name}`),
          message(channel, text) {
            if (text === "enough") channel.close();
            else channel.send(`${name} heard ${text}`);
          },
          close: (_channel, { code }) => void closed.push(`${name} ${code}`),
        },
  ),
  { prefix: "/multiplex", sockjsUrl: "/sockjs.js" },
);

beforeAll(async () => {
  [serving, browser] = await Promise.all([
    serve({ fetch: answer, port: 0, hostname: "127.0.0.1" }),
    launchChromium(),
  ]);
});

afterAll(async () => {
  await browser.close();
  await serving.close();
});

beforeEach(async () => {
  errors = [];
  closed = [];
  page = await (await browser.newContext()).newPage();
  page.setDefaultTimeout(CLIENT_DEADLINE_MS);
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(serving.url);
});

afterEach(async () => {
  await page.context().close();
  // Its channels must not close in the middle of the next test.
  await expect.poll(() => server.connections.size, { timeout: CLIENT_DEADLINE_MS }).toBe(0);
  expect(errors).toEqual([]);
});

describe.each(SAME_ORIGIN_TRANSPORTS)("`multiplex()` with websocket-multiplex by %s", (name) => {
  test("carries channels whose names and messages have commas and other scripts", async () => {
    await open(name);
    await page.evaluate(`["a,b", "ünï 世界 %41+"].forEach(subscribe)`);
    await journaled("ünï 世界 %41+: welcome to ünï 世界 %41+");
    await page.evaluate(`channels["a,b"].send("x,y,,z"); channels["a,b"].send("")`);
    await journaled("a,b: a,b heard ");
    expect(await journal()).toEqual([
      "a,b: a,b heard ",
      "a,b: a,b heard x,y,,z",
      "a,b: welcome to a,b",
      "open a,b",
      "open ünï 世界 %41+",
      "ünï 世界 %41+: welcome to ünï 世界 %41+",
    ]);
  });

  test("opens a channel again after either side has closed it", async () => {
    await open(name);
    await page.evaluate(`subscribe("ann")`);
    await journaled("ann: welcome to ann");
    await page.evaluate(`channels.ann.send("enough")`);
    await journaled("close ann");
    await page.evaluate(`journal.length = 0; subscribe("ann")`);
    await journaled("ann: welcome to ann");
    await page.evaluate(`channels.ann.close()`);
    await journaled("close ann");
    await page.evaluate(`journal.length = 0; subscribe("ann")`);
    await journaled("ann: welcome to ann");
    expect(await journal()).toEqual(["ann: welcome to ann", "open ann"]);
    expect(closed).toEqual(["ann 3000", "ann 1000"]);
  });
});

describe("`multiplex()` with websocket-multiplex", () => {
  test("does not open a refused channel, and ignores what is sent to it", async () => {
    await open("websocket");
    await page.evaluate(`subscribe("refused"); subscribe("ann")`);
    await journaled("ann: welcome to ann");
    await page.evaluate(`channels.refused.send("hello"); channels.ann.send("hello")`);
    await journaled("ann: ann heard hello");
    expect(await journal()).toEqual([
      "ann: ann heard hello",
      "ann: welcome to ann",
      "open ann",
      "open refused",
    ]);
  });

  test("closes every channel when the page leaves", async () => {
    await open("websocket");
    await page.evaluate(`subscribe("ann"); subscribe("bob")`);
    await journaled("bob: welcome to bob");
    await page.goto("about:blank");
    await expect.poll(() => closed, { timeout: CLIENT_DEADLINE_MS }).toHaveLength(2);
    expect(closed.map((entry) => entry.split(" ")[0])).toEqual(["ann", "bob"]);
  });
});

/** An empty page with both clients, and the service. */
function answer(request: Request, ...runtime: unknown[]): Response | Promise<Response> {
  switch (new URL(request.url).pathname) {
    case "/":
      return html(`<script src="/sockjs.js"></script><script src="/multiplex_client.js"></script>`);
    case "/sockjs.js":
      return script(SCRIPT_PATH);
    case "/multiplex_client.js":
      return script(MULTIPLEX_CLIENT_PATH);
    default:
      return server.fetch(request, ...runtime);
  }
}

function html(markup: string): Response {
  const text = `<!doctype html><meta charset="UTF-8"><title>multiplex</title>${markup}<body></body>`;
  return new Response(text, { headers: { "Content-Type": "text/html" } });
}

function script(path: string): Response {
  const headers = { "Content-Type": "text/javascript" };
  return new Response(readFileSync(path, "utf8"), { headers });
}

async function open(transport: string): Promise<void> {
  await page.evaluate(OPEN.replace("TRANSPORT", JSON.stringify(transport)));
  await page.waitForFunction("socket.readyState === 1");
}

/** Waits for an entry of the journal. */
async function journaled(entry: string): Promise<void> {
  await page.waitForFunction(`journal.includes(${JSON.stringify(entry)})`);
}

/** Sorted: channels open on their own, so between two of them there is no order. */
async function journal(): Promise<unknown> {
  return page.evaluate("journal.toSorted()");
}
