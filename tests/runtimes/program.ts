import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { EVENT_DEADLINE_MS, within } from "../harness/deadline.ts";
import { findRuntime, missingReason } from "../harness/runtimes.ts";

const FIXTURES = fileURLToPath(new URL("../fixtures", import.meta.url));

/** A server in a process of its own. */
export interface Program {
  readonly port: number;
  /** What it has written, both streams mixed. */
  readonly output: readonly string[];
  readonly pid: number;
  /** Resolves with the exit code, or the signal that ended the process, once all it has written is in `output`. */
  readonly exited: Promise<number | string>;
  /** Stops the process. Rejects when it had died, or had written anything but where it listens. */
  stop(): Promise<void>;
}

/** Whether a row's runtime is installed; where all tests must run, it counts as such and the row fails. */
export function isInstalled({ runtime }: { readonly runtime: string }): boolean {
  return process.env["CI"] !== undefined || missingReason(findRuntime(runtime)) === undefined;
}

/**
 * Starts a program and waits until it says where it listens. `flags` go before its file, which is below tests/fixtures/
 * unless it is given from the root.
 */
export async function startProgram(
  runtimeName: string,
  flags: readonly string[],
  file: string,
  args: readonly string[] = [],
): Promise<Program> {
  const { executable } = findRuntime(runtimeName);
  const path = resolve(FIXTURES, file);
  const child = spawn(executable, [...flags, path, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const title = `${file} ${args.join(" ")} on ${runtimeName}`;
  const output: string[] = [];
  const kill = (): boolean => child.kill("SIGKILL");
  const exited = new Promise<number | string>((found) => {
    child.once("close", (code, signal) => found(signal ?? code ?? 0));
  });
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  try {
    const port = await within(readPort(child, output), EVENT_DEADLINE_MS, `the port of ${title}`);
    const pid = child.pid ?? 0;
    return { port, output, pid, exited, stop: () => stop(child, title, output) };
  } catch (cause) {
    kill();
    throw new Error(`Cannot start ${title}: ${output.join("\n")}`, { cause });
  }
}

/** The line by which a program, or the runtime that serves what it exports, says where it listens. */
const LISTENING =
  /^(?:listening on|Started development server:|deno serve: Listening on|Listening on) .*:(\d+)\/?/;

/** Goes on collecting lines after the port has come. */
function readPort(child: ChildProcess, output: string[]): Promise<number> {
  return new Promise((found, reject) => {
    for (const stream of [child.stdout, child.stderr]) {
      if (!stream) throw new Error("Cannot read the output: it is not piped");
      createInterface({ input: stream }).on("line", (line) => {
        output.push(line);
        const port = LISTENING.exec(line)?.[1];
        if (port !== undefined) found(Number(port));
      });
    }
    child.once("error", reject);
    child.once("exit", () => reject(new Error("The process ended before it listened")));
  });
}

async function stop(child: ChildProcess, title: string, output: readonly string[]): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null)
    throw new Error(`${title} died:\n${output.join("\n")}`);
  const closed = once(child, "close");
  child.kill("SIGKILL");
  await within(closed, EVENT_DEADLINE_MS, `${title} to end`);
  const unexpected = output.filter((line) => !LISTENING.test(line));
  if (unexpected.length > 0) throw new Error(`${title} wrote:\n${unexpected.join("\n")}`);
}
