import type { Trace, SessionOwner, SessionSettings } from "./session-owner.ts";
import { FlushQueue } from "../time/flush-queue.ts";
import { SLACK, TimerWheel } from "../time/timer-wheel.ts";
import type { CloseReason } from "../wire/close.ts";
import type { Session } from "./session.ts";

/** How many sessions of a server may write now, and what waits in all of them. */
export interface SessionTotals {
  readonly receivers: number;
  /** Bytes not yet handed to the runtime. */
  readonly bufferedAmount: number;
}

/** The sessions of one server: those of the HTTP transports by the session id of their URL, WebSockets without a name. */
export class Sessions implements SessionOwner<Session> {
  readonly settings: SessionSettings;
  readonly timers: TimerWheel;
  trace: Trace | undefined;
  readonly #all = new Set<Session>();
  readonly #named = new Map<string, Session>();
  readonly #flushQueue = new FlushQueue(afterThis);
  readonly #fanOutQueue: FlushQueue;
  #closing = false;
  /** While the server closes: the sessions that have not been told yet, and who waits for them. */
  #unsettled: { readonly sessions: Set<Session>; readonly resolve: () => void } | undefined;

  /** `atEndOfTurn` calls back when everything that has come in has been handed over. */
  constructor(settings: SessionSettings, atEndOfTurn: (callback: () => void) => void = afterThis) {
    this.settings = settings;
    this.#fanOutQueue = new FlushQueue(atEndOfTurn);
    const { heartbeatDelay, disconnectDelay } = settings;
    this.timers = new TimerWheel(Math.max(1, Math.min(heartbeatDelay, disconnectDelay) * SLACK));
  }

  /** Sessions held, named or not. */
  get size(): number {
    return this.#all.size;
  }

  /** Whether the server ends: no session opens any more. */
  get closing(): boolean {
    return this.#closing;
  }

  /** The session of an id. */
  get(id: string): Session | undefined {
    return this.#named.get(id);
  }

  /** Keeps a session until it is forgotten. */
  add(session: Session): void {
    this.#all.add(session);
    if (session.id !== undefined) this.#named.set(session.id, session);
  }

  schedule(session: Session, isForMany: boolean): void {
    (isForMany ? this.#fanOutQueue : this.#flushQueue).add(session);
  }

  settled(session: Session): void {
    if (this.#unsettled?.sessions.delete(session) === true && this.#unsettled.sessions.size === 0) {
      this.#unsettled.resolve();
    }
  }

  forgotten(session: Session): void {
    this.#all.delete(session);
    const { id } = session;
    if (id !== undefined && this.#named.get(id) === session) this.#named.delete(id); // not where the id has a new session
  }

  totals(): SessionTotals {
    let receivers = 0;
    let bufferedAmount = 0;
    for (const session of this.#all) {
      if (session.receiver !== undefined) receivers++;
      bufferedAmount += session.bufferedAmount;
    }
    return { receivers, bufferedAmount };
  }

  /** Closes every session, waits at most `timeoutMs` until their browsers have been told, and ends what is left. */
  async close(closing: CloseReason, timeoutMs: number): Promise<void> {
    this.#closing = true;
    const unsettled = [...this.#all].filter((session) => !session.settled);
    if (unsettled.length > 0) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      await new Promise<void>((resolve) => {
        this.#unsettled = { sessions: new Set(unsettled), resolve };
        timer = setTimeout(resolve, timeoutMs);
        for (const session of unsettled) session.close(closing);
      });
      clearTimeout(timer);
    }
    for (const session of this.#all) session.end();
  }
}

/** Calls back once the code that runs now has come to its end. */
function afterThis(callback: () => void): void {
  queueMicrotask(callback);
}
