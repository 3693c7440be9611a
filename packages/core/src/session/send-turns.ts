/** The client keeps one sending request in flight (protocol, section 11); this many more may wait for their turn. */
const MAX_WAITING = 32;

/** A body on its way. */
export interface BodyProgress {
  /** Whether it has brought something since it was last looked at. */
  hasMoved(): boolean;
}

/**
 * Lets the sending requests of one session in one after another, so that what the session holds of them is at most one
 * body.
 */
export class SendTurns {
  /** That of the request that was let in, while it is being read. */
  body: BodyProgress | undefined;
  #taken = false;
  #waiters: (() => void)[] = [];

  /**
   * Lets in at once where nobody is, else when those that came before have left. Each that was let in must `leave`. Refuses
   * when too many wait already.
   */
  enter(): Promise<void> | "too many" | undefined {
    if (!this.#taken) {
      this.#taken = true;
      return undefined;
    }
    if (this.#waiters.length >= MAX_WAITING) return "too many";
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  leave(): void {
    const next = this.#waiters.shift();
    if (next === undefined) this.#taken = false;
    else next();
  }

  /** Lets everyone in who waits: the session has closed, and there is nothing left to protect. */
  releaseAll(): void {
    const waiters = this.#waiters;
    this.#waiters = [];
    for (const resolve of waiters) resolve();
  }
}
