import type { Row } from "./results.ts";
import {
  startServer,
  type ServerProcess,
  type ServerProcessOptions,
} from "./system/server-process.ts";
import type { Server } from "./servers.ts";
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
  readonly driverValues: number[];
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
    else candidates.push({ process, load, values: [], driverValues: [] });
  }
  for (const { load } of candidates) await warmUp(load, options.warmUpMs);
  for (let round = 0; round < options.rounds; round += 1) {
    const turns = round % 2 === 0 ? candidates : candidates.toReversed();
    for (const candidate of turns) await measureOnce(candidate, options.roundMs);
  }
  for (const { load, process } of candidates) {
    load.close();
    await process.stop();
  }
  return candidates.map(({ process: { server }, values, driverValues }) => ({
    workload: workload.name,
    title: workload.title,
    unit: `CPU µs per ${workload.unit}`,
    size,
    server: server.name,
    floor: server.floor,
    values,
    driverValues,
    target: workload.target,
  }));
}

/** Long enough for the engine to compile what is hot; short loads need several runs for that. */
async function warmUp(load: Load, warmUpMs: number): Promise<void> {
  const deadline = performance.now() + warmUpMs;
  for (let run = 0; run < WARM_UP_RUNS || performance.now() < deadline; run += 1) {
    await runPatiently(load, warmUpMs / WARM_UP_RUNS);
    await load.settle?.();
  }
}

async function measureOnce(
  { process: server, load, values, driverValues }: Candidate,
  roundMs: number,
): Promise<void> {
  const before = readUsage(server.pid);
  const driverBefore = readUsage(process.pid);
  const count = await runPatiently(load, roundMs);
  const after = readUsage(server.pid);
  const driverAfter = readUsage(process.pid);
  values.push(cpuBetween(before, after) / count);
  driverValues.push(cpuBetween(driverBefore, driverAfter) / count);
  await load.settle?.();
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
