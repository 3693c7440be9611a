import type { Row } from "../results.ts";
import { headingOf, toLine, type Line } from "./format.ts";

const COLUMNS: readonly { key: keyof Line; title: string; width: number }[] = [
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
  const head = COLUMNS.map(({ title, width }, index) => cell(title, width, index)).join("");
  const body = group.map((row) => {
    const line = toLine(row, group);
    return COLUMNS.map(({ key, width }, index) => cell(line[key], width, index)).join("");
  });
  return [headingOf(first), head, ...body].map((line) => line.trimEnd()).join("\n");
}

/** Names stand left, figures right, the last column where it falls. */
function cell(text: string, width: number, column: number): string {
  if (width === 0) return `  ${text}`;
  return column === 0 ? `  ${text.padEnd(width)}` : text.padStart(width);
}
