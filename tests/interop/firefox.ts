import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { WebSocket } from "ws";
import { within } from "../harness/deadline.ts";

const FIREFOX = "/usr/bin/firefox-esr";
const START_DEADLINE_MS = 60_000; // its first start on a machine makes caches

/** Whether Debian's Firefox is there. Throws where it has to be. */
export function hasFirefox(): boolean {
  if (existsSync(FIREFOX)) return true;
  if (process.env["CI"]) throw new Error(`Cannot find ${FIREFOX}`);
  return false;
}

/** Debian's Firefox with one page, driven by WebDriver BiDi (https://w3c.github.io/webdriver-bidi/). */
export interface FirefoxPage {
  /** Evaluates an expression in the page and waits for the string it promises. */
  evaluate(expression: string): Promise<string>;
  close(): Promise<void>;
}

/** Starts Firefox and opens a page. */
export async function openFirefox(url: string): Promise<FirefoxPage> {
  const profile = mkdtempSync(join(tmpdir(), "sockjs-fetch-firefox-"));
  const child = spawn(
    FIREFOX,
    ["--headless", "--no-remote", "--profile", profile, "--remote-debugging-port=0", "about:blank"],
    { stdio: ["ignore", "ignore", "pipe"], env: { ...process.env, HOME: profile } },
  );
  const exited = once(child, "exit");
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
    rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const endpoint = await within(readEndpoint(child), START_DEADLINE_MS, "Firefox to listen");
    const session = await openSession(`${endpoint}/session`);
    await session.send("session.new", { capabilities: {} });
    const { context } = await session.send("browsingContext.create", { type: "tab" });
    await session.send("browsingContext.navigate", { context, url, wait: "complete" });
    return {
      async evaluate(expression) {
        const target = { context };
        const command = { expression, target, awaitPromise: true };
        const { result } = await session.send("script.evaluate", command);
        return (result as { readonly value: string }).value; // as the expression promises
      },
      close: kill,
    };
  } catch (error) {
    await kill();
    throw error;
  }
}

async function readEndpoint({ stderr }: ChildProcess): Promise<string> {
  if (stderr === null) throw new Error("Cannot read Firefox's address: its output is not piped");
  for await (const line of createInterface({ input: stderr })) {
    const [, endpoint] = /WebDriver BiDi listening on (ws:\S+)/.exec(line) ?? [];
    if (endpoint !== undefined) return endpoint;
  }
  throw new Error("Cannot read Firefox's address: it ended before it listened");
}

type Answer = Readonly<Record<string, unknown>>;

async function openSession(
  url: string,
): Promise<{ send(method: string, params: object): Promise<Answer> }> {
  const socket = new WebSocket(url);
  await once(socket, "open");
  const waiting = new Map<number, (message: Answer) => void>();
  socket.on("message", (data) => {
    // `ws` gives a Buffer unless told otherwise, and BiDi sends objects.
    const message = JSON.parse((data as Buffer).toString()) as Answer;
    waiting.get(Number(message["id"]))?.(message);
  });
  let lastId = 0;
  return {
    async send(method, params) {
      const id = ++lastId;
      const answer = new Promise<Answer>((resolve) => waiting.set(id, resolve));
      socket.send(JSON.stringify({ id, method, params }));
      const { type, result, message } = await answer;
      waiting.delete(id);
      if (type !== "success") throw new Error(`Cannot ${method}: ${String(message)}`);
      return result as Answer; // what BiDi says of a success
    },
  };
}
