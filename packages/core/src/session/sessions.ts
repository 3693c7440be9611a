import type { Session } from "./session.ts";

/** The sessions that have a name: those of the HTTP transports, by the session id of their URL (protocol, section 4). */
export class SessionStore {
  readonly #sessions = new Map<string, Session>();

  get(id: string): Session | undefined {
    return this.#sessions.get(id);
  }

  add(id: string, session: Session): void {
    this.#sessions.set(id, session);
  }

  /** Removes the session, unless its id has gone to another since. */
  remove(id: string, session: Session): void {
    if (this.#sessions.get(id) === session) this.#sessions.delete(id);
  }
}
