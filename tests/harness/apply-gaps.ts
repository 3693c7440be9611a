import { basename } from "node:path";
import { beforeEach, inject } from "vitest";
import { GAPS } from "./gaps.ts";
import type {} from "./provided.ts";

// Runs in every test file of a runtime's project.

beforeEach(({ task, skip }) => {
  const missing = inject("missing");
  if (missing !== "") skip(missing);
  const titles = titlesBelow(task.file.tasks);
  const gaps = gapsOf(task.file.filepath);
  const stale = gaps.find((title) => !titles.includes(title));
  if (stale !== undefined) throw new Error(`Cannot find the test of a gap: "${stale}"`);
  // vitest turns the result of such a test round: a gap that has closed is reported as "Expect test to fail".
  if (gaps.includes(task.fullTestName)) Object.assign(task, { fails: true });
});

function gapsOf(path: string): readonly string[] {
  const runtime = inject("runtime");
  const file = basename(path);
  return GAPS.flatMap((gap) => (gap.runtime === runtime && gap.file === file ? gap.tests : []));
}

interface Titled {
  readonly fullTestName?: string;
  readonly tasks?: readonly Titled[];
}

function titlesBelow(tasks: readonly Titled[]): readonly (string | undefined)[] {
  return tasks.flatMap((task) => (task.tasks ? titlesBelow(task.tasks) : [task.fullTestName]));
}
