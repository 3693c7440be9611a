import { chromium, type Browser } from "playwright-core";
import { toClient, type Client } from "./client.ts";
import { CLIENT_DEADLINE_MS } from "./deadline.ts";
import { createProbe, type Probe } from "./probe.ts";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** How many clients may hold a connection in one page: Chromium allows six to a host, and each client needs one to send by. */
export const CLIENTS_A_PAGE = 4;

/** Starts Debian's Chromium, with further flags if any. */
export function launchChromium(flags: readonly string[] = []): Promise<Browser> {
  return chromium.launch({ executablePath: "/usr/bin/chromium", args: [...FLAGS, ...flags] });
}

/** A page with `sockjs-client`. */
export interface ClientPage {
  readonly client: Client;
  /** Closes the page and all its connections, as a visitor does who leaves. */
  close(): Promise<void>;
}

/**
 * Opens a page in a context of its own, so with connections of its own. Exceptions that nobody caught in the page or its
 * iframes are added to `errors`.
 */
export async function openPage(
  browser: Browser,
  url: string,
  errors: string[] = [],
): Promise<ClientPage> {
  const context = await browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(CLIENT_DEADLINE_MS);
  page.on("pageerror", (error) => errors.push(error.message));
  await page.goto(url);
  await page.evaluate(
    `globalThis.probe = (${createProbe.toString()})(SockJS, ${CLIENT_DEADLINE_MS}); 0`,
  );
  return {
    client: toClient(remoteProbe((expression) => page.evaluate(expression))),
    close: () => context.close(),
  };
}

/**
 * Calls the probe of a page. Arguments and results cross as JSON in ASCII: the browser's debugging protocol does not carry
 * lone surrogates.
 */
function remoteProbe(evaluate: (expression: string) => Promise<unknown>): Probe {
  async function call(method: keyof Probe, ...args: readonly unknown[]): Promise<unknown> {
    const result = `await probe.${method}(...JSON.parse(${JSON.stringify(toAscii(args))}))`;
    const text = await evaluate(`(async () => (${toAscii.toString()})((${result}) ?? null))()`);
    return JSON.parse(String(text));
  }
  // Each cast names what the same method of `createProbe` gives.
  return {
    connect: (...args) => call("connect", ...args) as ReturnType<Probe["connect"]>,
    send: async (...args) => void (await call("send", ...args)),
    receive: (...args) => call("receive", ...args) as ReturnType<Probe["receive"]>,
    heartbeats: (...args) => call("heartbeats", ...args) as ReturnType<Probe["heartbeats"]>,
    close: async (...args) => void (await call("close", ...args)),
    closed: (...args) => call("closed", ...args) as ReturnType<Probe["closed"]>,
  };
}

/** Runs in both worlds, in the page by its source text. */
function toAscii(value: unknown): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
