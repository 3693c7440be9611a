/** What writes the messages that wait in it when it is told to. */
export interface Flushable {
  flush(): void;
}

/**
 * Sessions with messages to write, each once: one callback for the whole server, however many sessions and messages. Until
 * it comes, further messages to the same sessions share their frames.
 */
export class FlushQueue {
  readonly #defer: (callback: () => void) => void;
  #sessions: Flushable[] = [];
  readonly #flushAll = (): void => {
    const sessions = this.#sessions;
    this.#sessions = [];
    for (const session of sessions) session.flush();
  };

  /** `defer` calls back later in this turn of the event loop, or at its end. */
  constructor(defer: (callback: () => void) => void) {
    this.#defer = defer;
  }

  add(session: Flushable): void {
    if (this.#sessions.push(session) === 1) this.#defer(this.#flushAll);
  }
}
