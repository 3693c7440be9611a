import type { Session } from "./session.ts";

/**
 * Sessions with messages to write when the current turn of the event loop ends: one microtask a turn for the whole server,
 * however many sessions and messages.
 */
export class FlushQueue {
  #sessions: Session[] = [];
  readonly #flushAll = (): void => {
    const sessions = this.#sessions;
    this.#sessions = [];
    for (const session of sessions) session.flush();
  };

  /** Returns whether it is the first of this turn. */
  add(session: Session): boolean {
    if (this.#sessions.push(session) > 1) return false;
    queueMicrotask(this.#flushAll);
    return true;
  }
}
