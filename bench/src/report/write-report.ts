import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { mergeRuns, type Run } from "../results.ts";
import { notesOf, renderMarkdown } from "./markdown.ts";
import { renderPlot } from "./plot.ts";

const PAGE = fileURLToPath(new URL("../../RESULTS.md", import.meta.url));
const PLOT = fileURLToPath(new URL("../../results.svg", import.meta.url));
const DATA = fileURLToPath(new URL("../../results.json", import.meta.url));

/** Makes the page, the plot and the data that the repository keeps, out of the `results.json` of one or more runs. */
export function writeReport(paths: readonly string[]): void {
  const runs = mergeRuns(paths.map((path) => JSON.parse(readFileSync(path, "utf8")) as Run)); // written by this program
  const notes = notesOf(existsSync(PAGE) ? readFileSync(PAGE, "utf8") : "");
  const dates = [...new Set(runs.map(({ machine }) => machine.date))].join(", ");
  const rows = runs.flatMap((run) => run.rows);
  writeFileSync(PAGE, renderMarkdown(runs, notes));
  writeFileSync(PLOT, renderPlot(rows, `${dates}; see RESULTS.md`));
  writeFileSync(DATA, `${JSON.stringify(runs, null, 1)}\n`);
}
