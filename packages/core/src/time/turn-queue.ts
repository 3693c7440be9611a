/**
 * Lets sinks wait until what they have written is on its way, all by one timer: of all ways to wait only `setTimeout` keeps
 * chunks apart on every runtime and version. It takes two: a busy Deno 2.9 runs a timer that is due already in the turn that
 * set it, which joined a quarter of all pairs with 32 receivers at once.
 */
export class TurnQueue {
  /** Who waits for two more timers, and who for one. */
  #arrived = new Set<() => void>();
  #waiting = new Set<() => void>();
  #requestCount = 0;
  #timer: ReturnType<typeof setTimeout> | undefined;
  readonly #onTimer = (): void => this.#advance();

  /** Differs where a request came in between: what was written before it was written in an earlier turn. */
  get current(): number {
    return this.#requestCount;
  }

  /** Called for each request, with which a turn of the event loop begins. */
  begin(): void {
    this.#requestCount++;
  }

  /** Calls back in a later turn of the event loop. */
  add(callback: () => void): void {
    this.#arrived.add(callback);
    this.#timer ??= setTimeout(this.#onTimer, 0);
  }

  /** Takes back what `add` was told. */
  remove(callback: () => void): void {
    this.#arrived.delete(callback);
    this.#waiting.delete(callback);
    if (this.#arrived.size + this.#waiting.size > 0) return;
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #advance(): void {
    const due = this.#waiting;
    this.#waiting = this.#arrived;
    this.#arrived = new Set();
    this.#timer = this.#waiting.size > 0 ? setTimeout(this.#onTimer, 0) : undefined;
    for (const callback of due) callback();
  }
}
