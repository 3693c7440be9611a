import { expect, test } from "vitest";
import { median, quartiles, ratio, type Row } from "../src/results.ts";

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
