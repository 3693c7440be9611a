import { execFileSync } from "node:child_process";
import { cpus, loadavg, release } from "node:os";

/** Where and when a run took place, for whoever reads its figures later. */
export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly linux: string;
  /** Version of the Node that runs the Node servers. */
  readonly node: string;
  readonly pinned: boolean;
  /** Processes that wanted a core in the minute before. */
  readonly load: number;
}

export function describeMachine(node: string, pinned: boolean): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model ?? "unknown CPU",
    cores: cpus().length,
    linux: release(),
    node: execFileSync(node, ["--version"], { encoding: "utf8" }).trim(),
    pinned,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

/** The description in one line. */
export function toText({ date, cpu, cores, linux, node, pinned, load }: Machine): string {
  const placed = pinned ? "driver and servers on a core each" : "not pinned";
  return `${date}, ${cpu}, ${cores} cores, Linux ${linux}, Node ${node}, ${placed}, load ${load}`;
}
