import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { EVENT_DEADLINE_MS, within } from "../harness/deadline.ts";

/** An example that runs as a process of its own. */
export interface ExampleProcess {
  readonly port: number;
  readonly url: string;
  /** Asks the process to end, by SIGTERM; gives its exit code, or the signal that ended it. */
  terminate(): Promise<number | string>;
  /** Stops the process, unless it has ended. Rejects when it has written anything to standard error. */
  stop(): Promise<void>;
}

/** Longest wait for a process that closes its connections first, which takes up to 5 s. */
const TERMINATION_DEADLINE_MS = 10_000;

/** Starts the demo site on a free port. */
export function startDemo(): Promise<ExampleProcess> {
  const args = [pathOf("demo/dist/server.js"), "--port", "0"];
  return startProcess(process.execPath, args, pathOf("demo"));
}

/** Starts a compiled single-file example, such as `echo/dist/server.js`, with a free port in place of its 8081. */
export function startExample(path: string): Promise<ExampleProcess> {
  const code = readFileSync(pathOf(path), "utf8").replace(/\b8081\b/, "0");
  // Code given on the command line finds its packages from the working directory.
  const args = ["--input-type=module", "--eval", code];
  return startProcess(process.execPath, args, dirname(pathOf(path)));
}

/** Starts a program that prints where it listens, and waits until it does. */
export async function startProcess(
  executable: string,
  args: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv = process.env,
): Promise<ExampleProcess> {
  const child = spawn(executable, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const errors: string[] = [];
  createInterface({ input: child.stderr }).on("line", (line) => errors.push(line));
  const listening = within(readPort(child), EVENT_DEADLINE_MS, `"listening on" from ${cwd}`);
  const port = await listening.catch((cause: unknown) => {
    child.kill("SIGKILL");
    throw new Error(`Cannot start example in "${cwd}": ${errors.join("\n")}`, { cause });
  });
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    async terminate() {
      const closed = once(child, "close");
      child.kill("SIGTERM");
      const [code, signal] = await within(closed, TERMINATION_DEADLINE_MS, "the example to end");
      return signal ?? code;
    },
    async stop() {
      if (child.exitCode === null && child.signalCode === null) {
        const closed = once(child, "close");
        child.kill("SIGKILL");
        await within(closed, EVENT_DEADLINE_MS, "the example to end");
      }
      if (errors.length > 0)
        throw new Error(`Example wrote to standard error: ${errors.join("\n")}`);
    },
  };
}

/** Where an example's file lies. */
export function pathOf(path: string): string {
  return fileURLToPath(new URL(`../../examples/${path}`, import.meta.url));
}

async function readPort({ stdout }: ChildProcess): Promise<number> {
  if (!stdout) throw new Error("Cannot read the port: standard output is not piped");
  for await (const line of createInterface({ input: stdout })) {
    const match = /^listening on http:\/\/(?:127\.0\.0\.1|localhost):(\d+)$/.exec(line);
    if (match) return Number(match[1]);
  }
  throw new Error("Cannot read the port: the process ended before it listened");
}
