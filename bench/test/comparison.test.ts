import { expect, test } from "vitest";
import { judge, orderOf, ROLES, type Comparison } from "../src/comparison/comparison.ts";
import { renderComparisons } from "../src/report/comparison.ts";

function comparison(
  A: readonly number[],
  again: readonly number[],
  B: readonly number[],
): Comparison {
  const figures = { A, "A′": again, B };
  const unit = "CPU µs per message";
  return { workload: "echo", title: "Echo", unit, size: 32, server: "ours-x", figures };
}

test("`judge()` takes the median of the ratios of figures of the same round", () => {
  const { change, control } = judge(comparison([10, 20, 100], [10, 21, 90], [11, 20, 120]));

  expect(change.median).toBe(1.1);
  expect(change.quartiles).toEqual([1.05, 1.15]);
  expect(control.median).toBe(1);
  expect(control.quartiles.map((value) => value.toFixed(3))).toEqual(["0.950", "1.025"]);
});

test("`judge()` allows 3 % where the same program differs by less", () => {
  const verdictAt = (value: number): string => judge(comparison([100], [101], [value])).verdict;

  expect([96, 97.5, 102.5, 104].map(verdictAt)).toEqual(["less", "same", "same", "more"]);
});

test("`judge()` allows as much as the quartiles of the same program are away from 1", () => {
  const { allowance, verdict } = judge(
    comparison([100, 100, 100], [90, 100, 130], [114, 114, 114]),
  );

  expect([allowance.toFixed(3), verdict]).toEqual(["0.150", "same"]);
});

test("`orderOf()` gives each its turn in every round, the next round in reverse, and each place as often", () => {
  const rounds = [0, 1, 2, 3, 4, 5].map(orderOf);

  for (const round of rounds) expect(round.toSorted()).toEqual(ROLES.toSorted());
  for (const even of [0, 2, 4]) expect(rounds[even + 1]).toEqual(rounds[even]?.toReversed());
  for (const place of [0, 1, 2]) {
    expect(rounds.map((round) => round[place]).toSorted()).toEqual([
      "A",
      "A",
      "A′",
      "A′",
      "B",
      "B",
    ]);
  }
  expect(orderOf(6)).toEqual(orderOf(0));
});

test("a table of comparisons has both figures, both ratios, and what they amount to", () => {
  const compared = {
    ...comparison([10, 10], [10, 10.1], [11, 11]),
    busy: [0.98, 1],
    driverCost: 5,
  };
  const words = renderComparisons([compared])
    .split("\n")
    .map((line) => line.trim().split(/\s{2,}/));

  expect(words).toEqual([
    ["Echo, 32 B: CPU µs per message"],
    ["A", "B", "B / A", "quartiles", "A′ / A", "quartiles", "busy", "driver", "B takes"],
    [
      "ours-x",
      "10.0",
      "11.0",
      "1.100",
      "1.100–1.100",
      "1.005",
      "1.002–1.008",
      "0.99",
      "5.00",
      "more (± 3.0 %)",
    ],
  ]);
});
