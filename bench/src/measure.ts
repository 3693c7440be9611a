import type { Row } from "./results.ts";
import {
  startServer,
  type ServerProcess,
  type ServerProcessOptions,
} from "./system/server-process.ts";
import type { Server } from "./servers.ts";
import { keepAwake } from "./system/keep-awake.ts";
import { cpuBetween, readUsage } from "./system/usage.ts";
import type { Load, Workload } from "./workloads/workload.ts";

export interface MeasureOptions extends Omit<ServerProcessOptions, "mode"> {
  /** How often each server is measured. */
  readonly rounds: number;
  /** How long a load runs each time. */
  readonly roundMs: number;
  /** How long it runs before the first measurement. */
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

/**
 * Measures a workload on several servers at a message size. All are started and warmed up first; then they take turns, in
 * one order and in the reverse, so that a machine that slows down for a while slows all of them down.
 */
export async function measure(
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
        driverCost: await warmUp(load, options.warmUpMs),
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
    target: workload.target,
  }));
}

/**
 * Long enough for the engine to compile what is hot; short loads need several runs for that. Returns the load generator's
 * own CPU time per piece in the last of them, when it may still sleep.
 */
async function warmUp(load: Load, warmUpMs: number): Promise<number> {
  const deadline = performance.now() + warmUpMs;
  let driverCost = 0;
  for (let run = 0; run < WARM_UP_RUNS || performance.now() < deadline; run += 1) {
    const before = readUsage(process.pid);
    const count = await runPatiently(load, warmUpMs / WARM_UP_RUNS);
    driverCost = cpuBetween(before, readUsage(process.pid)) / count;
    await load.settle?.();
  }
  return driverCost;
}

async function measureOnce(candidate: Candidate, options: MeasureOptions): Promise<void> {
  const { pid } = candidate.process;
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
