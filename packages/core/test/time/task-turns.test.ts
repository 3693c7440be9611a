import { expect, test } from "vitest";
import { TaskTurns } from "../../src/time/task-turns.ts";

test("`run()` runs a task at once where none runs", () => {
  const journal: string[] = [];
  new TaskTurns().run({ run: () => void journal.push("a") });

  expect(journal).toEqual(["a"]);
});

test("a task that comes while another runs is run right after it, in the order of coming", () => {
  const turns = new TaskTurns();
  const journal: string[] = [];
  const [b, c] = ["b", "c"].map((name) => ({ run: () => void journal.push(name) }));
  turns.run({
    run() {
      journal.push("a begins");
      if (b && c) for (const task of [b, c, b]) turns.run(task);
      journal.push("a ends");
    },
  });

  expect(journal).toEqual(["a begins", "a ends", "b", "c"]);
});

test("a task may come again from its own run", () => {
  const turns = new TaskTurns();
  let left = 3;
  const task = {
    run(): void {
      if (--left > 0) turns.run(task);
    },
  };
  turns.run(task);

  expect(left).toBe(0);
});

test("`enter()` begins a turn, and `leave()` runs what has come in it", () => {
  const turns = new TaskTurns();
  const journal: string[] = [];
  const entered = [turns.enter(), turns.enter()];
  turns.run({ run: () => void journal.push("a") });
  const before = [...journal];
  turns.leave();

  expect([entered, before, journal, turns.enter()]).toEqual([[true, false], [], ["a"], true]);
});

test("a task that throws against the rules ends its turn", () => {
  const turns = new TaskTurns();
  const fail = (): void => {
    throw new Error("asked");
  };

  expect(() => turns.run({ run: fail })).toThrow("asked");
  expect(turns.enter()).toBe(true);
});
