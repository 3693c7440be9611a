import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { EVENT_DEADLINE_MS, within } from "../harness/deadline.ts";
import { RUNTIMES, missingReason } from "../harness/runtimes.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/testserver.mjs", import.meta.url));

let script: ChildProcess | undefined;

afterEach(() => {
  script?.kill("SIGKILL");
});

describe.each(RUNTIMES)("`npm run testserver -- --runtime $name`", (runtime) => {
  test.skipIf(missingReason(runtime) !== undefined)(
    "prints where it listens, and stops with its child on SIGTERM",
    async () => {
      script = start("--runtime", runtime.name, "--port", "0");
      const line = await firstLine(script);
      expect(line).toMatch(/^listening on http:\/\/127\.0\.0\.1:\d+$/);

      const url = `${line.slice("listening on ".length)}/echo`;
      expect(await (await fetch(url)).text()).toBe("Welcome to SockJS!\n");

      const ended = once(script, "exit");
      script.kill("SIGTERM");
      expect(await within(ended, EVENT_DEADLINE_MS, "the script to end")).toEqual([0, null]);
      await expect(fetch(url)).rejects.toThrow("fetch failed");
    },
  );
});

test("`npm run testserver` names the runtimes there are when given another", async () => {
  script = start("--runtime", "netscape");
  const [message] = await Promise.all([firstLine(script, "stderr"), once(script, "exit")]);
  expect(message).toBe(
    'Unknown runtime "netscape": choose from node, node-22, node-24, node-26, node-fetch, node-26-fetch, bun, deno',
  );
});

function start(...args: readonly string[]): ChildProcess {
  return spawn(process.execPath, [SCRIPT, ...args], { stdio: ["ignore", "pipe", "pipe"] });
}

async function firstLine(
  child: ChildProcess,
  name: "stdout" | "stderr" = "stdout",
): Promise<string> {
  const stream = child[name];
  if (!stream) throw new Error(`Cannot read ${name}: it is not piped`);
  const line = once(createInterface({ input: stream }), "line");
  const [text] = await within(line, EVENT_DEADLINE_MS, `a line on ${name}`);
  return String(text);
}
