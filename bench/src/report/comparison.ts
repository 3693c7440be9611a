import { judge, type Comparison, type Ratios } from "../comparison/comparison.ts";
import { median } from "../results.ts";
import { formatFigure, headingOf } from "./format.ts";
import { renderTable, type Column } from "./table.ts";

/** One comparison as the table shows it. */
interface Line {
  readonly server: string;
  readonly before: string;
  readonly after: string;
  readonly change: string;
  readonly changeSpread: string;
  readonly control: string;
  readonly controlSpread: string;
  readonly busy: string;
  readonly driver: string;
  readonly verdict: string;
}

const COLUMNS: readonly Column<Line>[] = [
  { key: "server", title: "", width: 12 },
  { key: "before", title: "A", width: 8 },
  { key: "after", title: "B", width: 8 },
  { key: "change", title: "B / A", width: 8 },
  { key: "changeSpread", title: "quartiles", width: 14 },
  { key: "control", title: "A′ / A", width: 8 },
  { key: "controlSpread", title: "quartiles", width: 14 },
  { key: "busy", title: "busy", width: 6 },
  { key: "driver", title: "driver", width: 8 },
  { key: "verdict", title: "B takes", width: 0 },
];

/** Comparisons of the same work as a table for a terminal. */
export function renderComparisons(group: readonly Comparison[]): string {
  const [first] = group;
  return first === undefined ? "" : renderTable(headingOf(first), COLUMNS, group.map(toLine));
}

function toLine(comparison: Comparison): Line {
  const { server, figures, busy, driverCost } = comparison;
  const { change, control, allowance, verdict } = judge(comparison);
  return {
    server,
    before: formatFigure(median(figures.A)),
    after: formatFigure(median(figures.B)),
    change: change.median.toFixed(3),
    changeSpread: toSpread(change),
    control: control.median.toFixed(3),
    controlSpread: toSpread(control),
    busy: busy === undefined ? "" : median(busy).toFixed(2),
    driver: driverCost === undefined ? "" : formatFigure(driverCost),
    verdict: `${verdict} (± ${(allowance * 100).toFixed(1)} %)`,
  };
}

function toSpread({ quartiles: [low, high] }: Ratios): string {
  return `${low.toFixed(3)}–${high.toFixed(3)}`;
}
