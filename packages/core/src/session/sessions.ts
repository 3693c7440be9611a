import type { Trace, SessionOwner, SessionSettings } from "./session-owner.ts";
import { FlushQueue } from "../time/flush-queue.ts";
import { SLACK, TimerWheel } from "../time/timer-wheel.ts";
import { waitAtMost } from "../time/wait-at-most.ts";
import { ABNORMAL, type CloseReason } from "../wire/close.ts";
import { RETURN_MS } from "./deadline.ts";
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
  /** Called when there are no sessions any more. */
  onEmpty: (() => void) | undefined;
  readonly #all = new Set<Session>();
  readonly #named = new Map<string, Session>();
  readonly #flushQueue = new FlushQueue(afterThis);
  readonly #fanOutQueue: FlushQueue;
  #closing = false;
  /** While the server closes: the sessions whose browsers do not know yet. */
  #untold: Set<Session> | undefined;
  #onAllTold: (() => void) | undefined;

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
    if (this.#untold?.delete(session) === true && this.#untold.size === 0) this.#onAllTold?.();
  }

  forgotten(session: Session): void {
    this.#all.delete(session);
    const { id } = session;
    if (id !== undefined && this.#named.get(id) === session) this.#named.delete(id); // not where the id has a new session
    if (this.#all.size === 0) this.onEmpty?.();
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

  /** Opens no session any more. */
  refuse(): void {
    this.#closing = true;
  }

  /**
   * Closes every session and waits until their browsers have been told, at most `timeoutMs`: for one that is not there only
   * as long as it may take to come back, and at most half of that time: it may be downloading still, or have gone unseen.
   * Then ends what is left.
   */
  async close(closing: CloseReason, timeoutMs: number): Promise<void> {
    this.refuse();
    const startMs = performance.now();
    const endMs = startMs + timeoutMs;
    const untold = new Set([...this.#all].filter(({ farewell }) => farewell === "due"));
    this.#untold = untold;
    for (const session of untold) session.close(closing);
    while (untold.size > 0) {
      const nowMs = performance.now();
      let lookMs = endMs;
      for (const session of untold) {
        const absentUntilMs = Math.min(session.backByMs, startMs + timeoutMs / 2);
        const backByMs = Math.max(
          session.receiver === undefined ? absentUntilMs : session.backByMs,
          startMs + RETURN_MS,
        );
        if (backByMs <= nowMs) end(session);
        else lookMs = Math.min(lookMs, Math.max(backByMs, nowMs + LOOK_MS), nowMs + RETURN_MS);
      }
      if (untold.size > 0) await waitAtMost(this.#whenAllTold(), Math.max(0, lookMs - nowMs));
      if (performance.now() >= endMs) break;
    }
    for (const session of this.#all) end(session);
  }

  #whenAllTold(): Promise<void> {
    return new Promise((resolve) => {
      this.#onAllTold = resolve;
    });
  }
}

/** How long a server that closes waits between two looks at its sessions, of which there may be many. */
const LOOK_MS = 50;

/** Ends whatever there is of a session at once: its receiver is cut, its id is forgotten. */
function end(session: Session): void {
  session.abort(ABNORMAL);
  session.forget();
}

/** Calls back once the code that runs now has come to its end. */
function afterThis(callback: () => void): void {
  queueMicrotask(callback);
}
