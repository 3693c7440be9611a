import type { Row } from "../results.ts";
import { headingOf, toLine, type Line } from "./format.ts";

/** A column of a table of texts; the last one has no width. */
export interface Column<Shown> {
  readonly key: keyof Shown;
  readonly title: string;
  readonly width: number;
}

const COLUMNS: readonly Column<Line>[] = [
  { key: "server", title: "", width: 16 },
  { key: "figure", title: "median", width: 9 },
  { key: "spread", title: "quartiles", width: 15 },
  { key: "timesFloor", title: "× floor", width: 9 },
  { key: "sockjsNodeTimes", title: "sockjs ×", width: 9 },
  { key: "driver", title: "driver", width: 9 },
  { key: "verdict", title: "target", width: 0 },
];

/** One workload's rows as a table for a terminal. */
export function renderGroup(group: readonly Row[]): string {
  const [first] = group;
  if (first === undefined) return "";
  return renderTable(
    headingOf(first),
    COLUMNS,
    group.map((row) => toLine(row, group)),
  );
}

/** A heading, the columns' titles, and a line for each of `lines`. */
export function renderTable<Shown extends Readonly<Record<keyof Shown, string>>>(
  heading: string,
  columns: readonly Column<Shown>[],
  lines: readonly Shown[],
): string {
  const head = columns.map(({ title, width }, index) => cell(title, width, index)).join("");
  const body = lines.map((line) =>
    columns.map(({ key, width }, index) => cell(line[key], width, index)).join(""),
  );
  return [heading, head, ...body].map((line) => line.trimEnd()).join("\n");
}

/** Names stand left, figures right, the last column where it falls. */
function cell(text: string, width: number, column: number): string {
  if (width === 0) return `  ${text}`;
  return column === 0 ? `  ${text.padEnd(width)}` : text.padStart(width);
}
