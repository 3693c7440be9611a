/** The longest delay in milliseconds: a longer timer fires at once, in every runtime. */
export const MAX_DELAY = 2_147_483_647;

/** So late, a timer may be the first thing that runs after the process has stood still. */
export const LATE_MS = 200;

/** How many turns of the event loop are waited for then: one to accept connections and one to read from them. */
const TURNS = 2;

/** How long each is, at least and at most: by the time that was missed, since Node accepts one connection a turn of its own. */
const MIN_TURN_MS = 50;
const MAX_TURN_MS = 1000;
const TURN_SHARE = 1 / 8;

/** How often a timer is put off in a row: where each turn takes long, it has to judge in the end. */
const MAX_LOOKS = 3;

/**
 * A timer for who judges others by what has not come from them. After a process has stood still (a hook that takes long, a
 * signal, a machine that slept) its timers run before it reads what has come meanwhile; so this one, when late, lets everything
 * be read first.
 */
export class FairTimer {
  readonly #callback: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dueMs = 0;
  /** Turns that are waited for, while everything is being read. */
  #turns = 0;
  #turnMs = MIN_TURN_MS;
  #looks = 0;
  readonly #onTimer = (): void => this.#fire();

  constructor(callback: () => void) {
    this.#callback = callback;
  }

  /**
   * Calls back at a time, as `performance.now()` counts, which replaces one that was set before; but never before everything is
   * read that came while the process stood still.
   */
  setAt(timeMs: number): void {
    if (this.#turns === 0) this.#start(timeMs);
  }

  /** Calls back once everything has been read that came in the `missedMs` by which a timer was late. */
  setAfterReading(missedMs: number): void {
    this.#turns = TURNS;
    this.#turnMs = Math.min(Math.max(missedMs * TURN_SHARE, MIN_TURN_MS), MAX_TURN_MS);
    this.#start(performance.now() + this.#turnMs);
  }

  /** Takes back what `set` was told. */
  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#turns = 0;
    this.#looks = 0;
  }

  #start(timeMs: number): void {
    clearTimeout(this.#timer);
    this.#dueMs = timeMs;
    const delayMs = Math.max(0, timeMs - performance.now());
    this.#timer = setTimeout(this.#onTimer, Math.min(delayMs, MAX_DELAY));
  }

  #fire(): void {
    const nowMs = performance.now();
    const lateMs = nowMs - this.#dueMs;
    if (lateMs > LATE_MS && this.#looks < MAX_LOOKS) {
      this.#looks++;
      this.setAfterReading(lateMs);
    } else if (this.#turns > 1) {
      this.#turns--;
      this.#start(nowMs + this.#turnMs);
    } else {
      this.clear();
      this.#callback();
    }
  }
}
