import { toBatches } from "./batches.ts";
import type { Row } from "./results.ts";
import {
  startServer,
  type ServerProcess,
  type ServerProcessOptions,
} from "./system/server-process.ts";
import type { Server } from "./servers.ts";
import { readConnectionLimit } from "./system/limits.ts";
import { keepAwake } from "./system/keep-awake.ts";
import { cpuBetween, readUsage } from "./system/usage.ts";
import type { Load, Workload } from "./workloads/workload.ts";

export interface MeasureOptions extends Omit<ServerProcessOptions, "mode"> {
  /** How often each server is measured. */
  readonly rounds: number;
  /** How long a load runs each time. */
  readonly roundMs: number;
  /** How much CPU time it gets before the first measurement. */
  readonly warmUpMs: number;
}

/** A server at work: started, its load open, its figures so far. */
interface Candidate {
  readonly process: ServerProcess;
  readonly load: Load;
  readonly values: number[];
  readonly driverCost: number;
}

/** Time after which a load that got no answer is given up. */
const PATIENCE_MS = 30_000;
const WARM_UP_RUNS = 5;
/** Many times the warm-up's length may pass before a server has had its CPU time. */
const WARM_UP_PATIENCE = 10;

/**
 * Measures a workload on several servers at a message size: all at the same time, or as many as this process may have
 * connections to.
 */
export async function measure(
  workload: Workload,
  size: number,
  servers: readonly Server[],
  options: MeasureOptions,
): Promise<Row[]> {
  const atATime = Math.floor(readConnectionLimit() / (workload.connections ?? 1));
  const rows = new Map<string, Row>();
  for (const batch of toBatches(servers, atATime)) {
    for (const row of await takeTurns(workload, size, batch, options)) {
      if (!rows.has(row.server)) rows.set(row.server, row); // a floor's first figures, where it is in several batches
    }
  }
  return servers.flatMap(({ name }) => rows.get(name) ?? []);
}

/**
 * All servers are started and warmed up first; then they take turns, in one order and in the reverse, so that a machine that
 * slows down for a while slows all of them down.
 */
async function takeTurns(
  workload: Workload,
  size: number,
  servers: readonly Server[],
  options: MeasureOptions,
): Promise<Row[]> {
  const candidates: Candidate[] = [];
  for (const server of servers) {
    const process = await startServer(server, { ...options, mode: workload.mode });
    const load = await workload.open(process, messageOf(size));
    if (load === undefined) await process.stop();
    else
      candidates.push({
        process,
        load,
        values: [],
        driverCost: await warmUp(load, process.pid, options.warmUpMs),
      });
  }
  for (let round = 0; round < options.rounds; round += 1) {
    const turns = round % 2 === 0 ? candidates : candidates.toReversed();
    for (const candidate of turns) await measureOnce(candidate, options);
  }
  for (const { load, process } of candidates) {
    load.close();
    await process.stop();
  }
  return candidates.map(({ process: { server }, values, driverCost }) => ({
    workload: workload.name,
    title: workload.title,
    unit: `CPU µs per ${workload.unit}`,
    size,
    server: server.name,
    floor: server.floor,
    values,
    driverCost,
    target: workload.targets[server.runtime],
  }));
}

/**
 * Runs until the server has had enough CPU time for its engine to compile what is hot: on a machine that does other things,
 * the compiler waits its turn. Returns the load generator's own CPU time per piece in the last run, when it may still sleep.
 */
async function warmUp(load: Load, pid: number, warmUpMs: number): Promise<number> {
  const deadline = performance.now() + warmUpMs * WARM_UP_PATIENCE;
  const start = readUsage(pid);
  let driverCost = 0;
  for (let run = 0; run < WARM_UP_RUNS || performance.now() < deadline; run += 1) {
    const before = readUsage(process.pid);
    const count = await runPatiently(load, warmUpMs / WARM_UP_RUNS);
    driverCost = cpuBetween(before, readUsage(process.pid)) / count;
    await load.settle?.();
    if (run >= WARM_UP_RUNS && cpuBetween(start, readUsage(pid)) > warmUpMs * 1000) break;
  }
  return driverCost;
}

async function measureOnce(candidate: Candidate, options: MeasureOptions): Promise<void> {
  const { pid } = candidate.process;
  await candidate.load.reconnect?.();
  const sleep = options.pin.length > 0 ? keepAwake() : undefined; // not where the server needs this core
  const before = readUsage(pid);
  const count = await runPatiently(candidate.load, options.roundMs);
  const after = readUsage(pid);
  sleep?.();
  candidate.values.push(cpuBetween(before, after) / count);
  await candidate.load.settle?.();
}

function runPatiently(load: Load, durationMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const error = new Error("Cannot go on: the server has not answered for 30 seconds");
    const watchdog = setTimeout(() => reject(error), durationMs + PATIENCE_MS);
    load
      .run(durationMs)
      .then(resolve, reject)
      .finally(() => clearTimeout(watchdog));
  });
}

/** A message of that many bytes that JSON carries as it is. */
function messageOf(size: number): string {
  return "the quick brown fox jumps over the lazy dog; "
    .repeat(Math.ceil(size / 45))
    .slice(0, size);
}
