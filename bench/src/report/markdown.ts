import type { Run } from "../results.ts";
import { renderGrowth } from "./growth.ts";
import { groupRows, headingOf, toLine, type Line } from "./format.ts";
import { toText } from "../system/machine.ts";

/** What stands after this line in RESULTS.md is written by hand, and kept. */
const NOTES_MARK = "<!-- Everything below is written by hand. -->";

const COLUMNS: readonly { key: keyof Line; title: string; align: string }[] = [
  { key: "server", title: "", align: ":--" },
  { key: "figure", title: "median", align: "--:" },
  { key: "spread", title: "quartiles", align: "--:" },
  { key: "timesFloor", title: "× floor", align: "--:" },
  { key: "sockjsNodeTimes", title: "sockjs ×", align: "--:" },
  { key: "driver", title: "driver", align: "--:" },
  { key: "verdict", title: "target", align: ":--" },
];

/** The tables of one or more runs as a page; `notes` go below them. */
export function renderMarkdown(runs: readonly Run[], notes: string): string {
  const groups = groupRows(runs.flatMap(({ rows }) => rows));
  const tables = groups.map((group) => {
    const [first] = group;
    const lines = group.map((row) => toLine(row, group));
    return [
      `### ${first === undefined ? "" : headingOf(first)}`,
      "",
      toRow(COLUMNS.map(({ title }) => title)),
      toRow(COLUMNS.map(({ align }) => align)),
      ...lines.map((line) => toRow(COLUMNS.map(({ key }) => line[key]))),
    ].join("\n");
  });
  const growth = renderGrowth(runs.flatMap(({ rows }) => rows)).map((line) => `- ${line}`);
  return [
    "# Results",
    "What a server spends for one message, delivery, session; shorter is better. [README.md](README.md) tells how it is measured and how to read the tables; [results.svg](results.svg) shows them as bars, [results.json](results.json) has every round.",
    runs.map(describe).join("\n"),
    "The tables are written by `npm run bench -- --report <results.json of each run>`.",
    "## Tables",
    ...tables,
    ...(growth.length === 0 ? [] : ["### From few sessions to many", growth.join("\n")]),
    `${NOTES_MARK}${notes}`,
  ].join("\n\n");
}

function describe({ machine, command }: Run): string {
  const shown = command.replace(/ ?--out \S+/, ""); // a folder of the machine it ran on
  return `- \`npm run bench -- ${shown}\`: ${toText(machine)}`;
}

function toRow(cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

/** The part of a page that was written by hand. */
export function notesOf(page: string): string {
  const start = page.indexOf(NOTES_MARK);
  return start < 0 ? "\n" : page.slice(start + NOTES_MARK.length);
}
