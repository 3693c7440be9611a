import { expect, test } from "vitest";
import { notesOf, renderMarkdown } from "../src/report/markdown.ts";
import { median, mergeRuns, quartiles, ratio, type Row, type Run } from "../src/results.ts";

function row(server: string, values: readonly number[]): Row {
  return {
    workload: "echo",
    title: "Echo",
    unit: "CPU µs per message",
    size: 32,
    server,
    floor: "floor",
    values,
    target: {},
  };
}

test("`median()` is the middle value, or the mean of the two middle ones", () => {
  expect([median([9, 1, 5]), median([4, 1, 2, 9]), median([7])]).toEqual([5, 3, 7]);
});

test("`quartiles()` interpolates between neighbours", () => {
  expect(quartiles([1, 2, 3, 4])).toEqual([1.75, 3.25]);
});

test("`ratio()` compares round by round, so that a slow round of both does not count", () => {
  expect(ratio(row("ours", [2, 20, 4]), row("floor", [1, 10, 1]))).toBe(2);
});

test("there is no `ratio()` to a figure of zero", () => {
  expect([
    ratio(row("ours", [2]), row("floor", [0])),
    ratio(row("ours", [0]), row("floor", [0])),
  ]).toEqual([undefined, undefined]);
});

function run(command: string, rows: readonly Row[]): Run {
  const machine = {
    date: "2026-01-02",
    cpu: "CPU",
    cores: 2,
    linux: "6",
    versions: { node: "20" },
    pinned: true,
    load: 0,
  };
  return { machine, command, rows };
}

test("`mergeRuns()` keeps the last figures of each server for the same work", () => {
  const [old, again, other] = [row("ours", [1]), row("ours", [2]), row("floor", [3])];
  const merged = mergeRuns([run("first", [old, other]), run("second", [again])]);

  expect(merged.map(({ command, rows }) => [command, rows])).toEqual([
    ["first", [other]],
    ["second", [again]],
  ]);
});

test("a page of results has a table for each kind of work, and keeps the notes below", () => {
  const page = renderMarkdown(
    [run("--only echo", [row("floor", [2]), row("ours-x", [3])])],
    "\n\nWhy.\n",
  );

  expect(page.split("\n").filter((line) => line.startsWith("| ") || line.startsWith("#"))).toEqual([
    "# Results",
    "## Tables",
    "### Echo, 32 B: CPU µs per message",
    "|  | median | quartiles | × floor | sockjs × | driver | target |",
    "| :-- | --: | --: | --: | --: | --: | :-- |",
    "| floor | 2.00 |  |  |  |  |  |",
    "| ours-x | 3.00 |  | 1.50 |  |  |  |",
  ]);
  expect(notesOf(page)).toBe("\n\nWhy.\n");
  expect(notesOf("")).toBe("\n");
});
