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
  const stale = gaps.find((gap) => !titles.includes(gap.test));
  if (stale) throw new Error(`Cannot find the test of a gap: "${stale.test}" in ${stale.file}`);
  // vitest turns the result of such a test round: a gap that has closed is reported as "Expect test to fail".
  if (gaps.some((gap) => gap.test === task.fullTestName)) Object.assign(task, { fails: true });
});

function gapsOf(path: string): typeof GAPS {
  const runtime = inject("runtime");
  return GAPS.filter((gap) => gap.runtime === runtime && gap.file === basename(path));
}

interface Titled {
  readonly fullTestName?: string;
  readonly tasks?: readonly Titled[];
}

function titlesBelow(tasks: readonly Titled[]): readonly (string | undefined)[] {
  return tasks.flatMap((task) => (task.tasks ? titlesBelow(task.tasks) : [task.fullTestName]));
}
