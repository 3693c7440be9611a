import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import type { SoakReport } from "../fixtures/soak-services.ts";
import { startFixtureServer, type FixtureServer } from "../harness/fixture-server.ts";
import { countSockets } from "../harness/process-state.ts";
import { findRuntime, type Runtime } from "../harness/runtimes.ts";
import { CLIENTS, type Visit } from "./clients.ts";

const WARM_UP_MS = 30_000;
const SAMPLE_MS = 15_000;
const SETTLING_MS = 15_000;
const WORKERS = 6; // of each kind of client
/** What memory may be above the warm-up: allocators keep some pages, compiled code grows for a while. */
const ALLOWED = { heapUsed: 5_000_000, rss: 40_000_000 } as const;

interface Sample extends SoakReport {
  readonly label: string;
  readonly sockets: number;
}

const HEADER =
  "| at | rss MB | heap MB | sockets | sessions | receivers | timers | opened | messages |\n" +
  "|---|---|---|---|---|---|---|---|---|";

const RUNTIME = process.env["SOAK_RUNTIME"] ?? "node";
const MINUTES = process.env["SOAK_MINUTES"] ?? "10";

test("a server that aborting, slow, silent, hostile and normal clients have visited is back at the start when they are gone", async () => {
  const server = await startFixtureServer(toSoaked(findRuntime(RUNTIME)), "soak");
  onTestFinished(() => server.stop());
  const failures: string[] = [];
  const sample = async (label: string): Promise<Sample> => {
    const sockets = countSockets(server.pid); // before the report, whose own connection is closed later than answered
    const taken = { label, sockets, ...(await readReport(server)) };
    console.log(toRow(taken));
    return taken;
  };
  console.log(`${RUNTIME}, ${MINUTES} minutes\n${HEADER}`);
  await sample("fresh");
  await load(server, WARM_UP_MS, failures);
  await settle(server);
  const before = await sample("warm, idle");
  const durationMs = Number(MINUTES) * 60_000;
  const loading = load(server, durationMs, failures);
  for (let passedMs = SAMPLE_MS; passedMs < durationMs; passedMs += SAMPLE_MS) {
    await delay(SAMPLE_MS);
    await sample(`${passedMs / 1000} s`);
  }
  await loading;
  await settle(server);
  const after = await sample("end, idle");
  expect([...compare(before, after), ...summarize(failures)]).toEqual([]);
});

/** The same runtime, with what it takes to ask for a garbage collection and to read the memory. */
function toSoaked(runtime: Runtime): Runtime {
  const knownWarnings = [...runtime.knownWarnings, ...MANY_LISTENERS];
  return { ...runtime, flags: [...runtime.flags, ...flagsFor(runtime)], knownWarnings };
}

function flagsFor({ name }: Runtime): readonly string[] {
  if (name === "bun") return [];
  if (name === "deno") return ["--v8-flags=--expose-gc", "--allow-sys", "--allow-env"];
  return ["--expose-gc"];
}

/** Node's, with its stack: a hostile client has 30 requests on one connection, and each response listens for its end. */
const MANY_LISTENERS = [/MaxListenersExceededWarning: .* close listeners added/, /^ {4}at /];

/** Lets every kind of client visit, some at a time, again and again. */
async function load(
  { port }: FixtureServer,
  durationMs: number,
  failures: string[],
): Promise<void> {
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
async function settle(server: FixtureServer): Promise<void> {
  const endAt = performance.now() + SETTLING_MS;
  while (performance.now() < endAt && (await readReport(server)).sessions > 0) await delay(500);
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

async function readReport({ port }: FixtureServer): Promise<SoakReport> {
  const headers = { Connection: "close" };
  const response = await fetch(`http://127.0.0.1:${port}/report`, { headers });
  return (await response.json()) as SoakReport; // written by soak-services.ts
}

function toRow(sample: Sample): string {
  const { label, rss, heapUsed, sockets, sessions, receivers, timers } = sample;
  const cells = [label, toMegabytes(rss), toMegabytes(heapUsed), sockets, sessions, receivers];
  return `| ${[...cells, timers ?? "–", sample.opened, sample.messagesReceived].join(" | ")} |`;
}

function toMegabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1);
}
