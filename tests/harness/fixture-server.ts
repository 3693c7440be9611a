import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { EVENT_DEADLINE_MS, within } from "./deadline.ts";
import { mainPath, type Runtime } from "./runtimes.ts";

/** Which services a fixture server has. */
export type FixtureServices = "standard" | "probe" | "interop" | "faults" | "soak" | "alone";

/** A fixture server in a process of its own. */
export interface FixtureServer {
  readonly port: number;
  readonly pid: number;
  /** Resolves with the exit code, or the signal that ended the process. */
  readonly exited: Promise<number | string>;
  /** Stops the process. Rejects when it had died, or had written anything but known warnings to standard error. */
  stop(): Promise<void>;
}

/**
 * Starts a fixture server and waits until it listens: on a port of its own choice, unless `settings` (further arguments of
 * its program) have one.
 */
export async function startFixtureServer(
  runtime: Runtime,
  services: FixtureServices,
  settings: readonly string[] = [],
): Promise<FixtureServer> {
  const main = [...runtime.flags, mainPath(runtime)];
  const program = [...main, "--port", "0", "--services", services, ...settings];
  const child = spawn(runtime.executable, program, { stdio: ["ignore", "pipe", "pipe"] });
  const title = `${services} server on ${runtime.name}`;
  const errors = collectErrors(child);
  const kill = (): boolean => child.kill("SIGKILL");
  process.once("exit", kill);
  child.once("exit", () => process.off("exit", kill));
  const exited = new Promise<number | string>((resolve) => {
    child.once("exit", (code, signal) => resolve(signal ?? code ?? 0));
  });
  try {
    const port = await within(
      readPort(child),
      EVENT_DEADLINE_MS,
      `"listening on" from the ${title}`,
    );
    return {
      port,
      pid: child.pid ?? 0,
      exited,
      stop: () => stop(child, title, () => unexpected(errors, runtime)),
    };
  } catch (cause) {
    kill();
    throw new Error(`Cannot start the ${title}: ${errors.join("\n")}`, { cause });
  }
}

async function readPort(child: ChildProcess): Promise<number> {
  if (!child.stdout) throw new Error("Cannot read the port: standard output is not piped");
  for await (const line of createInterface({ input: child.stdout })) {
    const match = /^listening on http:\/\/127\.0\.0\.1:(\d+)$/.exec(line);
    if (match) return Number(match[1]);
  }
  throw new Error("Cannot read the port: the process ended before it listened");
}

function collectErrors(child: ChildProcess): readonly string[] {
  const lines: string[] = [];
  if (child.stderr) createInterface({ input: child.stderr }).on("line", (line) => lines.push(line));
  child.on("error", (error) => lines.push(error.message));
  return lines;
}

function unexpected(errors: readonly string[], runtime: Runtime): readonly string[] {
  return errors.filter((line) => !runtime.knownWarnings.some((known) => known.test(line)));
}

async function stop(
  child: ChildProcess,
  title: string,
  unexpectedErrors: () => readonly string[],
): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) {
    const how = child.signalCode ?? `exit code ${child.exitCode}`;
    throw new Error(`The ${title} died (${how}):\n${unexpectedErrors().join("\n")}`);
  }
  const closed = once(child, "close");
  child.kill("SIGKILL");
  await within(closed, EVENT_DEADLINE_MS, `the ${title} to end`);
  const lines = unexpectedErrors();
  if (lines.length > 0)
    throw new Error(`The ${title} wrote to standard error:\n${lines.join("\n")}`);
}
