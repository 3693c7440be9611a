/** The longest delay in milliseconds: a longer timer fires at once, in every runtime. */
export const MAX_DELAY = 2_147_483_647;

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
 * sessions cost neither thousands of timers nor thousands of wake-ups.
 */
export class TimerWheel {
  readonly #stepMs: number;
  /** Who is to be woken, by the number of the step; a step is here while somebody waits for it. */
  readonly #sleepers = new Map<number, Set<Sleeper>>();
  /** Who is being woken now. */
  #waking: Set<Sleeper> | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #timerStep = Infinity;
  readonly #onTimer = (): void => this.#wakeAll();

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
    clearTimeout(this.#timer);
    this.#timerStep = step;
    const delayMs = Math.max(0, step * this.#stepMs - performance.now());
    this.#timer = setTimeout(this.#onTimer, Math.min(delayMs, MAX_DELAY));
  }

  #stopTimer(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#timerStep = Infinity;
  }

  #wakeAll(): void {
    this.#stopTimer();
    const current = Math.floor(performance.now() / this.#stepMs);
    const due = [...this.#sleepers.keys()].filter((step) => step <= current);
    for (const step of due.toSorted((a, b) => a - b)) {
      this.#waking = this.#sleepers.get(step);
      this.#sleepers.delete(step);
      for (const sleeper of this.#waking ?? []) sleeper.wake();
    }
    this.#waking = undefined;
    const next = Math.min(...this.#sleepers.keys());
    if (next < this.#timerStep) this.#setTimer(next);
  }
}
