import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { TurnQueue } from "../../src/time/turn-queue.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("whoever waits is called back after two timers, and all share them", () => {
  const queue = new TurnQueue();
  const called: string[] = [];
  const counts: number[] = [];
  queue.add(() => called.push("a"));
  queue.add(() => called.push("b"));
  counts.push(vi.getTimerCount());
  vi.advanceTimersToNextTimer();
  queue.add(() => called.push("c"));
  counts.push(vi.getTimerCount(), called.length);
  vi.advanceTimersToNextTimer();
  counts.push(vi.getTimerCount(), called.length);
  vi.advanceTimersToNextTimer();

  expect([counts, called, vi.getTimerCount()]).toEqual([[1, 1, 0, 1, 2], ["a", "b", "c"], 0]);
});

test("`remove()` takes a callback back, and leaves no timer behind", () => {
  const queue = new TurnQueue();
  const called: string[] = [];
  const [early, late] = [(): number => called.push("early"), (): number => called.push("late")];
  queue.add(early);
  vi.advanceTimersToNextTimer();
  queue.add(late);
  queue.remove(early);
  const before = vi.getTimerCount();
  queue.remove(late);

  expect([before, vi.getTimerCount(), called]).toEqual([1, 0, []]);
});

test("a callback may wait again", () => {
  const queue = new TurnQueue();
  let turns = 0;
  const onTurn = (): void => {
    turns++;
    if (turns < 3) queue.add(onTurn);
  };
  queue.add(onTurn);
  vi.runAllTimers();

  expect([turns, vi.getTimerCount()]).toEqual([3, 0]);
});

test("`current` differs once a request has come", () => {
  const queue = new TurnQueue();
  const [before, same] = [queue.current, queue.current];
  queue.begin();

  expect([same === before, queue.current === before]).toEqual([true, false]);
});
