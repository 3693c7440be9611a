import { spawn, type ChildProcess } from "node:child_process";
import { readdirSync, readlinkSync } from "node:fs";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { DEFAULT_PROGRAMS } from "../system/runtimes.ts";
import { CLIENTS, type Visit } from "./clients.ts";
import type { ServerReport } from "./start-soak-server.ts";

// node bench/dist/soak/soak.js --minutes 10 --runtime node|bun|deno
// Aborting, slow, hostile and normal clients at once. Fails when, in the end, the server is not back where it was after a
// warm-up: sessions, sockets and timers exactly, memory within the allowance below.

const WARM_UP_MS = 30_000;
const SAMPLE_MS = 15_000;
const SETTLING_MS = 15_000;
const WORKERS = 6; // of each kind of client
/** What memory may be above the warm-up: allocators keep some pages, compiled code grows for a while. */
const ALLOWED = { heapUsed: 5_000_000, rss: 40_000_000 } as const;

interface Sample extends ServerReport {
  readonly label: string;
  readonly sockets: number;
}

const COMMANDS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  node: [DEFAULT_PROGRAMS.node, "--expose-gc", sibling("server-node.js")],
  bun: [DEFAULT_PROGRAMS.bun, sibling("server-bun.js")],
  deno: [
    DEFAULT_PROGRAMS.deno,
    "run",
    "--v8-flags=--expose-gc",
    "--allow-net",
    "--allow-read",
    "--allow-sys",
    "--allow-env",
    sibling("server-deno.js"),
  ],
};

const HEADER =
  "| at | rss MB | heap MB | sockets | sessions | receivers | timers | opened | messages |\n" +
  "|---|---|---|---|---|---|---|---|---|";

await main();

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      minutes: { type: "string", default: "10" },
      runtime: { type: "string", default: "node" },
    },
  });
  const { child, port } = await start(values.runtime);
  const failures: string[] = [];
  const samples: Sample[] = [];
  const sample = async (label: string): Promise<Sample> => {
    const taken = { label, ...(await readReport(port)), sockets: countSockets(child.pid ?? 0) };
    samples.push(taken);
    console.log(toRow(taken));
    return taken;
  };
  console.log(`${values.runtime}, ${values.minutes} minutes\n${HEADER}`);
  await sample("fresh");
  await load(port, WARM_UP_MS, failures);
  await settle(port);
  const before = await sample("warm, idle");
  const durationMs = Number(values.minutes) * 60_000;
  const loading = load(port, durationMs, failures);
  for (let passedMs = SAMPLE_MS; passedMs < durationMs; passedMs += SAMPLE_MS) {
    await delay(SAMPLE_MS);
    await sample(`${passedMs / 1000} s`);
  }
  await loading;
  await settle(port);
  const after = await sample("end, idle");
  child.kill("SIGKILL");
  const problems = [...compare(before, after), ...summarize(failures)];
  console.log(problems.length === 0 ? "back at the start" : problems.join("\n"));
  process.exit(problems.length === 0 ? 0 : 1);
}

/** Lets every kind of client visit, some at a time, again and again. */
async function load(port: number, durationMs: number, failures: string[]): Promise<void> {
  const endAt = performance.now() + durationMs;
  const work = async (name: string, visit: Visit): Promise<void> => {
    while (performance.now() < endAt) {
      await visit(port).catch((error: unknown) => failures.push(`${name}: ${String(error)}`));
    }
  };
  const workers = Object.entries(CLIENTS).flatMap(([name, visit]) =>
    Array.from({ length: WORKERS }, () => work(name, visit)),
  );
  await Promise.all(workers);
}

/** Waits until no session is left, then a little for the sockets to close and the memory to be given back. */
async function settle(port: number): Promise<void> {
  const endAt = performance.now() + SETTLING_MS;
  while (performance.now() < endAt && (await readReport(port)).sessions > 0) await delay(500);
  await delay(SETTLING_MS / 3);
}

function compare(before: Sample, after: Sample): string[] {
  const problems: string[] = [];
  for (const name of ["sessions", "receivers", "bufferedAmount", "topics", "sockets"] as const) {
    if (after[name] > before[name]) problems.push(`${name}: ${before[name]} → ${after[name]}`);
  }
  if ((after.timers ?? 0) > (before.timers ?? 0)) {
    problems.push(`timers: ${before.timers} → ${after.timers}`);
  }
  for (const name of ["heapUsed", "rss"] as const) {
    if (after[name] > before[name] + ALLOWED[name]) {
      problems.push(`${name}: ${toMegabytes(before[name])} → ${toMegabytes(after[name])} MB`);
    }
  }
  return problems;
}

/** Each failure of a visit once, with its count. */
function summarize(failures: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const failure of failures) counts.set(failure, (counts.get(failure) ?? 0) + 1);
  return [...counts].map(([failure, count]) => `${count} × ${failure}`);
}

async function start(runtime: string): Promise<{ child: ChildProcess; port: number }> {
  const command = COMMANDS[runtime];
  if (command === undefined) throw new Error(`Unknown runtime "${runtime}"`);
  const child = spawn(command[0], command.slice(1), { stdio: ["ignore", "pipe", "inherit"] });
  process.on("exit", () => child.kill("SIGKILL"));
  child.on("exit", (code, signal) => {
    if (signal !== "SIGKILL") throw new Error(`The server has ended: ${signal ?? code}`);
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const port = /^listening on http:\/\/127\.0\.0\.1:(\d+)$/.exec(line)?.[1];
    if (port !== undefined) return { child, port: Number(port) };
  }
  throw new Error("The server did not say where it listens");
}

function sibling(file: string): string {
  return fileURLToPath(new URL(file, import.meta.url));
}

async function readReport(port: number): Promise<ServerReport> {
  const headers = { Connection: "close" };
  const response = await fetch(`http://127.0.0.1:${port}/report`, { headers });
  return (await response.json()) as ServerReport; // written by start-soak-server.ts
}

function countSockets(pid: number): number {
  const folder = `/proc/${pid}/fd`;
  const isSocket = (name: string): boolean => {
    try {
      return readlinkSync(`${folder}/${name}`).startsWith("socket:");
    } catch {
      return false; // closed meanwhile
    }
  };
  return readdirSync(folder).filter(isSocket).length;
}

function toRow(sample: Sample): string {
  const { label, rss, heapUsed, sockets, sessions, receivers, timers } = sample;
  const cells = [label, toMegabytes(rss), toMegabytes(heapUsed), sockets, sessions, receivers];
  return `| ${[...cells, timers ?? "–", sample.opened, sample.messagesReceived].join(" | ")} |`;
}

function toMegabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
