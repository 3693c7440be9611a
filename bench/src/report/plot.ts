import { median, quartiles, type Row } from "../results.ts";
import { groupRows, headingOf, toLine } from "./format.ts";

const WIDTH = 760;
const LABEL_WIDTH = 130;
const BAR_WIDTH = 400;
const LINE_HEIGHT = 20;
const HEADING_HEIGHT = 30;
const COLORS: Readonly<Record<string, string>> = {
  floor: "#a3aab5",
  ours: "#2563eb",
  sockjs: "#e0912f",
};
const OTHER_COLOR = "#7c6bb0";

/** The results as a drawing: a group of bars for each workload, on a scale of its own, with the quartiles as a thin line. */
export function renderPlot(rows: readonly Row[], subtitle: string): string {
  const parts: string[] = [];
  let top = 52;
  for (const group of groupRows(rows)) {
    const [first] = group;
    if (first === undefined) continue;
    parts.push(text(16, top + 14, headingOf(first), "font-weight='600'"));
    top += HEADING_HEIGHT;
    const longest = Math.max(
      ...group.map((row) => Math.max(median(row.values), quartiles(row.values)[1])),
    );
    for (const row of group) {
      parts.push(renderBar(row, group, top, longest));
      top += LINE_HEIGHT;
    }
    top += 12;
  }
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${top}" viewBox="0 0 ${WIDTH} ${top}" font-family="system-ui, sans-serif" font-size="12" fill="#1f2937">`,
    `<rect width="100%" height="100%" fill="#ffffff"/>`,
    text(16, 22, "What a server spends: shorter is better", "font-size='15' font-weight='700'"),
    text(16, 40, subtitle, "fill='#6b7280'"),
    ...parts,
    "</svg>",
    "",
  ].join("\n");
}

function renderBar(row: Row, group: readonly Row[], top: number, longest: number): string {
  const scale = (value: number): number =>
    Math.round((Math.max(value, 0) / longest) * BAR_WIDTH * 10) / 10;
  const value = median(row.values);
  const [low, high] = quartiles(row.values);
  const { figure, timesFloor } = toLine(row, group);
  const color = COLORS[row.server.split("-")[0] ?? ""] ?? OTHER_COLOR;
  const middle = top + 7;
  return [
    text(LABEL_WIDTH - 8, top + 11, row.server, "text-anchor='end'"),
    `<rect x="${LABEL_WIDTH}" y="${top}" width="${scale(value)}" height="14" rx="2" fill="${color}"/>`,
    `<line x1="${LABEL_WIDTH + scale(low)}" x2="${LABEL_WIDTH + scale(high)}" y1="${middle}" y2="${middle}" stroke="#111827"/>`,
    text(
      LABEL_WIDTH + scale(Math.max(value, high)) + 8,
      top + 11,
      timesFloor === "" ? figure : `${figure}   (${timesFloor} × floor)`,
      "xml:space='preserve'",
    ),
  ].join("");
}

function text(x: number, y: number, content: string, attributes: string): string {
  const escaped = content.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
  return `<text x="${x}" y="${y}" ${attributes}>${escaped}</text>`;
}
