import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FairTimer } from "../../src/time/fair-timer.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A timer, and when it has called back, as `performance.now()` counts. */
function createTimer(): { readonly timer: FairTimer; readonly calls: number[] } {
  const calls: number[] = [];
  return { timer: new FairTimer(() => calls.push(performance.now())), calls };
}

test("calls back at its time", () => {
  const { timer, calls } = createTimer();
  timer.setAt(500);
  vi.advanceTimersByTime(1000);

  expect([calls, vi.getTimerCount()]).toEqual([[500], 0]);
});

test("a timer that is set for a time long past waits for two turns of 50 ms at least", () => {
  vi.advanceTimersByTime(300);
  const { timer, calls } = createTimer();
  timer.setAt(0);
  vi.advanceTimersByTime(99);
  const before = [...calls];
  vi.advanceTimersByTime(1);

  expect([before, calls]).toEqual([[], [400]]);
});

test("the longer it is late, the longer it waits, up to 2 s", () => {
  vi.advanceTimersByTime(100_000);
  const [first, second] = [createTimer(), createTimer()];
  first.timer.setAt(96_000);
  second.timer.setAt(0);
  vi.advanceTimersByTime(10_000);

  expect([first.calls, second.calls]).toEqual([[101_000], [102_000]]);
});

test("a time that is set while it waits does not cut the wait short", () => {
  vi.advanceTimersByTime(300);
  const { timer, calls } = createTimer();
  timer.setAt(0);
  vi.advanceTimersByTime(1);
  timer.setAt(0);
  vi.advanceTimersByTime(1000);

  expect(calls).toEqual([400]);
});

test("a timer that is cleared calls nobody back and leaves no timer", () => {
  vi.advanceTimersByTime(300);
  const { timer, calls } = createTimer();
  timer.setAt(0);
  vi.advanceTimersByTime(60);
  timer.clear();

  expect([calls, vi.getTimerCount()]).toEqual([[], 0]);
});
