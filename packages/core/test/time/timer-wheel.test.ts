import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TimerWheel, type Sleeper } from "../../src/time/timer-wheel.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const STEP_MS = 100;

/** A wheel, and sleepers that write down who woke and when, in steps. */
function createWheel(): {
  wheel: TimerWheel;
  woken: [name: string, step: number][];
  create(name: string, onWake?: () => void): Sleeper;
} {
  const woken: [string, number][] = [];
  return {
    wheel: new TimerWheel(STEP_MS),
    woken,
    create: (name, onWake) => ({
      wake() {
        woken.push([name, performance.now() / STEP_MS]);
        onWake?.();
      },
    }),
  };
}

test("`stepOf()` is the first step that is not before the end of a short delay", () => {
  const { wheel } = createWheel();

  expect([0, 1, 100, 100.5].map((timeMs) => wheel.stepOf(timeMs, 1000))).toEqual([0, 1, 1, 2]);
});

test("`stepOf()` is at most a hundredth of a long delay after its end", () => {
  const { wheel } = createWheel();

  expect([0, 1, 300, 301].map((timeMs) => wheel.stepOf(timeMs, 30_000))).toEqual([0, 3, 3, 6]);
});

test("sleepers wake at their steps, those of one step by one timer", () => {
  const { wheel, woken, create } = createWheel();
  wheel.add(create("late"), 5);
  wheel.add(create("a"), 3);
  wheel.add(create("b"), 3);
  const timers = vi.getTimerCount();
  vi.advanceTimersByTime(1000);

  expect([timers, woken, vi.getTimerCount()]).toEqual([
    1,
    [
      ["a", 3],
      ["b", 3],
      ["late", 5],
    ],
    0,
  ]);
});

test("a sleeper that is added for an earlier step wakes first", () => {
  const { wheel, woken, create } = createWheel();
  wheel.add(create("b"), 9);
  wheel.add(create("a"), 2);
  vi.advanceTimersByTime(200);

  expect([woken, vi.getTimerCount()]).toEqual([[["a", 2]], 1]);
});

test("a sleeper that is removed does not wake, and leaves no timer behind", () => {
  const { wheel, woken, create } = createWheel();
  const [kept, removed] = [create("kept"), create("removed")];
  wheel.add(kept, 2);
  wheel.add(removed, 2);
  wheel.remove(removed, 2);
  wheel.remove(removed, 3);
  vi.advanceTimersByTime(200);
  wheel.add(removed, 4);
  wheel.remove(removed, 4);

  expect([woken, vi.getTimerCount()]).toEqual([[["kept", 2]], 0]);
});

test("a sleeper may remove one that is to wake after it in the same step", () => {
  const { wheel, woken, create } = createWheel();
  const second = create("second");
  wheel.add(
    create("first", () => wheel.remove(second, 1)),
    1,
  );
  wheel.add(second, 1);
  vi.advanceTimersByTime(1000);

  expect(woken).toEqual([["first", 1]]);
});

test("a sleeper that asks for a step that is over wakes in a turn of its own", () => {
  const { wheel, woken, create } = createWheel();
  const again = create("again");
  wheel.add(
    create("first", () => wheel.add(again, 1)),
    2,
  );
  vi.advanceTimersToNextTimer();
  const before = woken.map(([name]) => name);
  vi.advanceTimersToNextTimer();

  expect([before, woken.map(([name]) => name)]).toEqual([["first"], ["first", "again"]]);
});

test("a step beyond the longest delay of a timer is waited for", () => {
  const { wheel, woken, create } = createWheel();
  const days = 60;
  const step = wheel.stepOf(days * 86_400_000, days * 86_400_000);
  wheel.add(create("a"), step);
  while (vi.getTimerCount() > 0) vi.advanceTimersToNextTimer();

  expect(woken).toEqual([["a", step]]);
});

test("when a sleeper stops everything for long, those after it wake only once all has been read", () => {
  const { wheel, woken, create } = createWheel();
  wheel.add(
    create("first", () => vi.advanceTimersByTime(3000)),
    1,
  );
  wheel.add(create("second"), 1);
  wheel.add(create("third"), 2);
  vi.advanceTimersByTime(100);
  const before = [...woken];
  vi.advanceTimersByTime(750);

  expect([before, woken]).toEqual([
    [["first", 1]],
    [
      ["first", 1],
      ["second", 38.5],
      ["third", 38.5],
    ],
  ]);
});
