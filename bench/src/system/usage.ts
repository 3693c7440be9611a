import { readdirSync, readFileSync } from "node:fs";

/** What the operating system has counted for one process so far. */
export interface Usage {
  /** CPU time of every living thread in nanoseconds, by thread id. */
  readonly threads: ReadonlyMap<string, number>;
  /** CPU time of the whole process, dead threads included, in clock ticks. */
  readonly ticks: number;
}

const TICK_US = 10_000; // Linux reports ticks of 1/100 s to user space on every architecture Node runs on

/**
 * Reads the CPU time of a process, user and system, all threads. `/proc/<pid>/task/<tid>/schedstat` counts nanoseconds but
 * knows living threads only; `/proc/<pid>/stat` counts dead threads too, in ticks of 10 ms. Both are kept for `cpuBetween`.
 */
export function readUsage(pid: number): Usage {
  const threads = new Map<string, number>();
  for (const id of readdirSync(`/proc/${pid}/task`)) {
    const schedstat = readOrEmpty(`/proc/${pid}/task/${id}/schedstat`);
    if (schedstat !== "") threads.set(id, Number(schedstat.split(" ")[0]));
  }
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return { threads, ticks: Number(fields[11]) + Number(fields[12]) };
}

/** CPU time between two readings in microseconds: exact, or to a tick when a thread has ended in between. */
export function cpuBetween(before: Usage, after: Usage): number {
  const complete =
    before.threads.size > 0 && [...before.threads.keys()].every((id) => after.threads.has(id));
  if (!complete) return (after.ticks - before.ticks) * TICK_US;
  let nanoseconds = 0;
  for (const [id, time] of after.threads) nanoseconds += time - (before.threads.get(id) ?? 0);
  return nanoseconds / 1000;
}

/** How often each living thread has gone to sleep of its own accord, by thread id: each is one wake-up later. */
export function readWakeUps(pid: number): ReadonlyMap<string, number> {
  const switches = new Map<string, number>();
  for (const id of readdirSync(`/proc/${pid}/task`)) {
    const status = readOrEmpty(`/proc/${pid}/task/${id}/status`);
    switches.set(id, Number(/^voluntary_ctxt_switches:\s+(\d+)/m.exec(status)?.[1] ?? 0));
  }
  return switches;
}

/** Wake-ups between two readings; those of a thread that has ended in between are not known. */
export function wakeUpsBetween(
  before: ReadonlyMap<string, number>,
  after: ReadonlyMap<string, number>,
): number {
  let wakeUps = 0;
  for (const [id, count] of after) wakeUps += count - (before.get(id) ?? 0);
  return wakeUps;
}

/** Resident memory of the process that is not backed by files, in bytes. */
export function readResidentMemory(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(/^RssAnon:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) * 1024;
}

/** A thread may end between the listing and the reading. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
