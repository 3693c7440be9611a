import { FairTimer, LATE_MS } from "./fair-timer.ts";

/** The part of a delay that may be added to it, so that sleepers share wake-ups. */
export const SLACK = 0.01;

/** What a timer wheel wakes. */
export interface Sleeper {
  /** Its time has come. */
  wake(): void;
}

/** A sleeper that waits for the earliest of several times. */
export interface EarlySleeper extends Sleeper {
  /** The step it is woken at, as {@link TimerWheel.stepOf} counts; `Infinity` while it does not wait. Kept by the wheel. */
  wakeStep: number;
}

/**
 * Wakes any number of sleepers by one timer, at whole multiples of a step and never early, so that thousands of idle
 * sessions cost neither thousands of timers nor thousands of wake-ups. When the process has stood still, it wakes nobody before
 * everything that came meanwhile has been read.
 */
export class TimerWheel {
  readonly #stepMs: number;
  /** Who is to be woken, by the number of the step; a step is here while somebody waits for it. */
  readonly #sleepers = new Map<number, Set<Sleeper>>();
  /** Who is being woken now. */
  #waking: Set<Sleeper> | undefined;
  /** Fair, since sleepers end what shows no life. */
  readonly #timer = new FairTimer(() => this.#wakeAll());
  #timerStep = Infinity;

  constructor(stepMs: number) {
    this.#stepMs = stepMs;
  }

  /**
   * The step for a time that ends a delay, as `performance.now()` counts it: never before it, and at most a hundredth of the
   * delay or a step later. The longer the delay, the fewer steps there are, so that more sleepers share each.
   */
  stepOf(timeMs: number, delayMs: number): number {
    const stride = Math.max(1, Math.floor((delayMs * SLACK) / this.#stepMs));
    return Math.ceil(timeMs / (this.#stepMs * stride)) * stride;
  }

  /** Wakes a sleeper when a delay ends, unless it is to be woken earlier. Both times as for `stepOf`. */
  wakeAt(sleeper: EarlySleeper, timeMs: number, delayMs: number): void {
    const step = this.stepOf(timeMs, delayMs);
    if (step >= sleeper.wakeStep) return;
    this.cancel(sleeper);
    sleeper.wakeStep = step;
    this.add(sleeper, step);
  }

  /** Takes back what `wakeAt` was told. */
  cancel(sleeper: EarlySleeper): void {
    if (sleeper.wakeStep === Infinity) return;
    this.remove(sleeper, sleeper.wakeStep);
    sleeper.wakeStep = Infinity;
  }

  /** Has a sleeper woken at that step. */
  add(sleeper: Sleeper, step: number): void {
    const sleepers = this.#sleepers.get(step);
    if (sleepers === undefined) this.#sleepers.set(step, new Set([sleeper]));
    else sleepers.add(sleeper);
    if (step < this.#timerStep) this.#setTimer(step);
  }

  /** Takes back what `add` was told. */
  remove(sleeper: Sleeper, step: number): void {
    this.#waking?.delete(sleeper);
    const sleepers = this.#sleepers.get(step);
    if (sleepers?.delete(sleeper) !== true || sleepers.size > 0) return;
    this.#sleepers.delete(step);
    if (this.#sleepers.size === 0) this.#stopTimer();
  }

  #setTimer(step: number): void {
    this.#timerStep = step;
    this.#timer.setAt(step * this.#stepMs);
  }

  #stopTimer(): void {
    this.#timer.clear();
    this.#timerStep = Infinity;
  }

  #wakeAll(): void {
    this.#stopTimer();
    const startMs = performance.now();
    const current = Math.floor(startMs / this.#stepMs);
    const due = [...this.#sleepers.keys()].filter((step) => step <= current);
    for (const step of due.toSorted((a, b) => a - b)) {
      if (!this.#wakeStep(step, startMs)) {
        this.#timerStep = step;
        this.#timer.setAfterReading(performance.now() - startMs);
        return;
      }
    }
    const next = Math.min(...this.#sleepers.keys());
    if (next < this.#timerStep) this.#setTimer(next);
  }

  /** Wakes those of a step; `false` where some are left because the process has stood still since `startMs`. */
  #wakeStep(step: number, startMs: number): boolean {
    const waking = this.#sleepers.get(step) ?? new Set();
    this.#sleepers.delete(step);
    this.#waking = waking;
    for (const sleeper of waking) {
      if (performance.now() - startMs > LATE_MS) {
        for (const added of this.#sleepers.get(step) ?? []) waking.add(added);
        this.#sleepers.set(step, waking);
        break;
      }
      waking.delete(sleeper);
      sleeper.wake();
    }
    this.#waking = undefined;
    return waking.size === 0;
  }
}
