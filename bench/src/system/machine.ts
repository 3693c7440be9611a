import { cpus, loadavg, release } from "node:os";

/** Where and when a run took place, for whoever reads its figures later. */
export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly linux: string;
  /** Versions of the runtimes that were measured, by name. */
  readonly versions: Readonly<Record<string, string>>;
  readonly pinned: boolean;
  /** Processes that wanted a core in the minute before. */
  readonly load: number;
}

export function describeMachine(
  versions: Readonly<Record<string, string>>,
  pinned: boolean,
): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model ?? "unknown CPU",
    cores: cpus().length,
    linux: release(),
    versions,
    pinned,
    load: Math.round((loadavg()[0] ?? 0) * 10) / 10,
  };
}

/** The description in one line. */
export function toText({ date, cpu, cores, linux, versions, pinned, load }: Machine): string {
  const placed = pinned ? "driver and servers on a core each" : "not pinned";
  const runtimes = Object.entries(versions).map(([name, version]) => `${name} ${version}`);
  return [date, cpu, `${cores} cores`, `Linux ${linux}`, ...runtimes, placed, `load ${load}`].join(
    ", ",
  );
}
