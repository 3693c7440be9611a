import type { Machine } from "./system/machine.ts";

/** Repeated figures of one server for one workload. */
export interface Row {
  readonly workload: string;
  readonly title: string;
  readonly unit: string;
  /** Size of the message in bytes; 0 where there is none. */
  readonly size: number;
  readonly server: string;
  readonly floor: string;
  /** The server's CPU time per piece in microseconds (or another figure, see `unit`), round by round. */
  readonly values: readonly number[];
  /** The load generator's CPU time per piece in microseconds, where there was a load. */
  readonly driverCost?: number;
  readonly target: { readonly floor?: number; readonly sockjsNode?: number };
}

/** What one start of the bench has measured. */
export interface Run {
  readonly machine: Machine;
  /** Arguments of the command line. */
  readonly command: string;
  readonly rows: readonly Row[];
}

/** Runs as they were, but for figures that a later one has measured again. */
export function mergeRuns(runs: readonly Run[]): readonly Run[] {
  const isSame = (a: Row, b: Row): boolean =>
    a.workload === b.workload && a.unit === b.unit && a.size === b.size && a.server === b.server;
  return runs.map((run, index) => {
    const later = runs.slice(index + 1).flatMap(({ rows }) => rows);
    return { ...run, rows: run.rows.filter((row) => !later.some((other) => isSame(row, other))) };
  });
}

/** The middle of the values. */
export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** The value below which that share of the values lies, by linear interpolation. */
function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * share;
  const low = sorted[Math.floor(position)] ?? Number.NaN;
  const high = sorted[Math.ceil(position)] ?? Number.NaN;
  return low + (high - low) * (position - Math.floor(position));
}

/** Half of the values lie between the two. */
export function quartiles(values: readonly number[]): readonly [number, number] {
  return [quantile(values, 0.25), quantile(values, 0.75)];
}

/**
 * The median of the round-by-round ratios: rounds lie close together in time, so both saw the same machine. None to a figure
 * of zero.
 */
export function ratio(row: Row, to: Row | undefined): number | undefined {
  if (to === undefined || to.values.length !== row.values.length) return undefined;
  const middle = median(row.values.map((value, round) => value / (to.values[round] ?? Number.NaN)));
  return Number.isFinite(middle) ? middle : undefined;
}

/** A server's row among those of the same work. */
export function rowOf(group: readonly Row[], server: string): Row | undefined {
  return group.find((row) => row.server === server);
}
