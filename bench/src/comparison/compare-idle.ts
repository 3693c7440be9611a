import { openIdleSessions } from "../measure-idle.ts";
import { startServer, type ServerProcessOptions } from "../system/server-process.ts";
import type { IdleWorkload } from "../workloads/idle.ts";
import { serverOf, type ServerPair } from "./compare.ts";
import { orderOf, type Comparison, type Role } from "./comparison.ts";

export interface CompareIdleOptions extends Omit<ServerProcessOptions, "mode"> {
  /** Sessions to open. */
  readonly idleSessions: number;
}

/** Memory repeats better than CPU time, and each figure takes a process of its own. */
const STARTS = 3;

/** Compares what an idle session takes, each time in a process of its own. */
export async function compareIdle(
  workload: IdleWorkload,
  pair: ServerPair,
  options: CompareIdleOptions,
): Promise<readonly Comparison[]> {
  const heap: Record<Role, number[]> = { A: [], "A′": [], B: [] };
  const resident: Record<Role, number[]> = { A: [], "A′": [], B: [] };
  for (let start = 0; start < STARTS; start += 1) {
    for (const role of orderOf(start)) {
      const process = await startServer(serverOf(pair, role), { ...options, mode: "idle" });
      const sessions = await openIdleSessions(workload, process, options.idleSessions);
      sessions?.close();
      await process.stop();
      if (sessions === undefined) return [];
      heap[role].push(sessions.heapPerSession);
      resident[role].push(sessions.residentPerSession);
    }
  }
  const title = `${workload.title} (${options.idleSessions})`;
  const common = { workload: workload.name, title, size: 0, server: pair.after.name };
  return [
    { ...common, unit: "bytes of heap per session", figures: heap },
    { ...common, unit: "bytes resident per session", figures: resident },
  ];
}
