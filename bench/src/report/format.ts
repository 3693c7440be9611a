import { median, quartiles, ratio, rowOf, type Row } from "../results.ts";

/** One row as the table and the plot show it. */
export interface Line {
  readonly server: string;
  readonly figure: string;
  readonly spread: string;
  readonly timesFloor: string;
  /** How many times sockjs-node's cost is of ours; only on our rows. */
  readonly sockjsNodeTimes: string;
  /** What the load generator took for its part. */
  readonly driver: string;
  readonly verdict: string;
}

const REFERENCE = "sockjs-node";

/** What the rows of one workload have in common. */
export function headingOf(row: Pick<Row, "title" | "size" | "unit">): string {
  const size =
    row.size === 0 ? "" : `, ${row.size < 1024 ? `${row.size} B` : `${row.size / 1024} KiB`}`;
  return `${row.title}${size}: ${row.unit}`;
}

/** `group` are the rows of the same work. */
export function toLine(row: Row, group: readonly Row[]): Line {
  const [low, high] = quartiles(row.values);
  const timesFloor = row.server === row.floor ? undefined : ratio(row, rowOf(group, row.floor));
  const reference = row.server === "ours-node" ? rowOf(group, REFERENCE) : undefined;
  const sockjsNodeTimes = reference === undefined ? undefined : ratio(reference, row);
  return {
    server: row.server,
    figure: formatFigure(median(row.values)),
    spread: row.values.length < 2 ? "" : `${formatFigure(low)}–${formatFigure(high)}`,
    timesFloor: timesFloor === undefined ? "" : timesFloor.toFixed(2),
    sockjsNodeTimes: sockjsNodeTimes === undefined ? "" : sockjsNodeTimes.toFixed(2),
    driver: row.driverCost === undefined ? "" : formatFigure(row.driverCost),
    verdict: row.server.startsWith("ours-") ? judge(row, timesFloor, sockjsNodeTimes) : "",
  };
}

function judge(
  { target }: Row,
  timesFloor: number | undefined,
  sockjsNodeTimes: number | undefined,
): string {
  const misses: string[] = [];
  if (target.floor !== undefined && timesFloor !== undefined && timesFloor > target.floor) {
    misses.push(`floor ≤ ${target.floor}`);
  }
  if (
    target.sockjsNode !== undefined &&
    sockjsNodeTimes !== undefined &&
    sockjsNodeTimes < target.sockjsNode
  ) {
    misses.push(`sockjs-node ≥ ${target.sockjsNode}`);
  }
  if (misses.length > 0) return `misses ${misses.join(", ")}`;
  const judged =
    (target.floor !== undefined && timesFloor !== undefined) ||
    (target.sockjsNode !== undefined && sockjsNodeTimes !== undefined);
  return judged ? "met" : "";
}

/** A figure with three digits or so. */
export function formatFigure(value: number): string {
  return value.toFixed(value < 10 ? 2 : value < 1000 ? 1 : 0);
}

/** The rows in groups that belong under one heading. */
export function groupRows(rows: readonly Row[]): readonly (readonly Row[])[] {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const heading = headingOf(row);
    groups.set(heading, [...(groups.get(heading) ?? []), row]);
  }
  return [...groups.values()];
}
