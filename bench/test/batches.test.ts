import { expect, test } from "vitest";
import { toBatches } from "../src/batches.ts";
import { SERVERS } from "../src/servers.ts";

function namesOf(names: readonly string[], atATime: number): string[][] {
  const servers = SERVERS.filter(({ name }) => names.includes(name));
  return toBatches(servers, atATime).map((batch) => batch.map(({ name }) => name));
}

const FIVE = ["floor-node", "ours-node", "sockjs-node", "floor-bun", "ours-bun"];

test("`toBatches()` leaves servers together that fit", () => {
  expect(namesOf(FIVE, 5)).toEqual([FIVE]);
});

test("`toBatches()` puts each server into a batch with its floor", () => {
  expect(namesOf(FIVE, 2)).toEqual([
    ["floor-node", "ours-node"],
    ["floor-node", "sockjs-node"],
    ["floor-bun", "ours-bun"],
  ]);
});

test("`toBatches()` puts servers one after the other where no two fit", () => {
  expect(namesOf(["floor-bun", "ours-bun"], 1)).toEqual([["floor-bun"], ["ours-bun"]]);
});
