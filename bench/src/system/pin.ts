import { spawnSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** Where the load generator and the servers run. */
const DRIVER_CORE = "0";
const SERVER_CORE = "1";

/**
 * Puts this process on one core and returns the command prefix that puts a server on the other, so that the scheduler's
 * choice is no part of the figures. Returns an empty prefix where there is no second core or no `taskset`.
 */
export function pinProcesses(): readonly string[] {
  if (availableParallelism() < 2) return [];
  const { status } = spawnSync("taskset", ["-a", "-p", "-c", DRIVER_CORE, String(process.pid)]);
  return status === 0 ? ["taskset", "-c", SERVER_CORE] : [];
}
