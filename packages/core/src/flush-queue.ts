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

  add(session: Session): void {
    if (this.#sessions.push(session) === 1) queueMicrotask(this.#flushAll);
  }
}
