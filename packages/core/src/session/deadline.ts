import type { EarlySleeper } from "../time/timer-wheel.ts";
import { Departure } from "./departure.ts";
import type { Liveness, Verdict } from "./liveness.ts";
import type { SessionOwner, SessionSettings, SessionState } from "./session-owner.ts";

/** How long a server that ends waits for a browser to come back: one that polls does so within a round trip. */
export const RETURN_MS = 1000;

/** What judges a session's receiver: while there is one, or while bytes of the last are in the process. */
export type Watch = Liveness | Departure;

/**
 * Has a session woken when it has to be looked at; never while it only holds its id. `changedMs` is when its receiver came or
 * went, or its state changed, put off while a browser may still be downloading.
 */
export function wakeWhenDue<Session extends EarlySleeper>(
  session: Session,
  { timers, settings }: SessionOwner<Session>,
  state: SessionState,
  changedMs: number,
  watch: Watch | undefined,
): void {
  const timeMs = dueMs(settings, state, changedMs, watch);
  if (timeMs < Infinity) timers.wakeAt(session, timeMs, delayMs(settings, state, watch));
}

/** Looks at a session that has been woken; "dead" where nobody has come in time, or takes what is there. */
export function judge(
  settings: SessionSettings,
  state: SessionState,
  changedMs: number,
  watch: Watch | undefined,
): Verdict {
  const nowMs = performance.now();
  if (nowMs < dueMs(settings, state, changedMs, watch)) return "alive";
  return watch instanceof Departure || state === "open" ? (watch?.check(nowMs) ?? "dead") : "dead";
}

/** As `performance.now()` counts. */
function dueMs(
  settings: SessionSettings,
  state: SessionState,
  changedMs: number,
  watch: Watch | undefined,
): number {
  if (state === "held" || state === "gone") return Infinity;
  if (watch instanceof Departure) return watch.dueMs();
  if (state === "open" && watch !== undefined) return watch.dueMs();
  if (state === "closing" && watch !== undefined)
    return watch.closingDueMs(changedMs, settings.disconnectDelay);
  return changedMs + delayMs(settings, state, watch);
}

/** The delay that runs, in milliseconds. */
function delayMs(settings: SessionSettings, state: SessionState, watch: Watch | undefined): number {
  if (state === "connecting") return settings.pongTimeout;
  if (watch instanceof Departure || (state === "open" && watch !== undefined)) return watch.delayMs;
  return settings.disconnectDelay;
}
