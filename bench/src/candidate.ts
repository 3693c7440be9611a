import type { Server } from "./servers.ts";
import { keepAwake } from "./system/keep-awake.ts";
import {
  startServer,
  type ServerProcess,
  type ServerProcessOptions,
} from "./system/server-process.ts";
import { cpuBetween, readUsage } from "./system/usage.ts";
import type { Load, Workload } from "./workloads/workload.ts";

/** How long loads run. */
export interface LoadOptions extends Omit<ServerProcessOptions, "mode"> {
  /** How long a load runs each time. */
  readonly roundMs: number;
  /** How much CPU time it gets before the first measurement. */
  readonly warmUpMs: number;
}

/** A server at work: started, its load open and warm. */
export interface Candidate {
  readonly process: ServerProcess;
  readonly load: Load;
  /** The load generator's own CPU time per piece in microseconds. */
  readonly driverCost: number;
}

/** What one round has shown of a server. */
export interface RoundFigures {
  /** Its CPU time per piece in microseconds. */
  readonly cost: number;
  /** Its CPU time as a share of the time that passed. */
  readonly busy: number;
}

/** Time after which a load that got no answer is given up. */
const PATIENCE_MS = 30_000;
const WARM_UP_RUNS = 5;
/** Many times the warm-up's length may pass before a server has had its CPU time. */
const WARM_UP_PATIENCE = 10;

/** Starts a server, opens the load and warms both up. Resolves to undefined where the server has no such thing. */
export async function openCandidate(
  server: Server,
  workload: Workload,
  size: number,
  options: LoadOptions,
): Promise<Candidate | undefined> {
  const process = await startServer(server, { ...options, mode: workload.mode });
  const load = await workload.open(process, messageOf(size));
  if (load === undefined) {
    await process.stop();
    return undefined;
  }
  return { process, load, driverCost: await warmUp(load, process.pid, options.warmUpMs) };
}

/** Runs the load once. */
export async function measureOnce(
  { process, load }: Candidate,
  { roundMs, pin }: LoadOptions,
): Promise<RoundFigures> {
  await load.reconnect?.();
  const sleep = pin.length > 0 ? keepAwake() : undefined; // not where the server needs this core
  const start = performance.now();
  const before = readUsage(process.pid);
  const count = await runPatiently(load, roundMs);
  const cpu = cpuBetween(before, readUsage(process.pid));
  const passedUs = (performance.now() - start) * 1000;
  sleep?.();
  await load.settle?.();
  return { cost: cpu / count, busy: cpu / passedUs };
}

/** Ends the load and the server. */
export async function closeCandidate({ load, process }: Candidate): Promise<void> {
  load.close();
  await process.stop();
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
