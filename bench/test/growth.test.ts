import { expect, test } from "vitest";
import { renderGrowth } from "../src/report/growth.ts";
import type { Row } from "../src/results.ts";

function row(workload: string, server: string, values: readonly number[]): Row {
  const title = "Echo";
  const unit = "CPU µs per message";
  return { workload, title, unit, size: 32, server, floor: "floor-x", values, target: {} };
}

test("`renderGrowth()` compares each server with itself among fewer sessions", () => {
  const rows = [
    row("echo-among-100", "floor-x", [10, 10, 10]),
    row("echo-among-100", "ours-x", [20, 20, 21]),
    row("echo-among-100", "ours-y", [20]),
    row("echo-among-10000", "floor-x", [11, 15, 11]),
    row("echo-among-10000", "ours-x", [19, 19, 19]),
    row("echo-among-10000", "ours-y", [25]),
    row("other", "ours-x", [1]),
  ];

  expect(renderGrowth(rows)).toEqual([
    "echo, 100 → 10000 sessions, floor-x: +10.0 %",
    "echo, 100 → 10000 sessions, ours-x: -5.0 %",
    "echo, 100 → 10000 sessions, ours-y: +25.0 %, misses < 10 %",
  ]);
});
