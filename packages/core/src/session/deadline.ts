import type { EarlySleeper } from "../time/timer-wheel.ts";
import type { Verdict, Watch } from "./departure.ts";
import type { SessionOwner, SessionSettings, SessionState } from "./session-owner.ts";

/** How long a server that ends waits for a browser to come back: one that polls does so within a round trip. */
export const RETURN_MS = 1000;

/**
 * Has a session woken when it has to be looked at; never while it only holds its id. `changedMs` is when its receiver came or
 * went, or its state changed, put off while a browser may still be downloading; `watch` judges its receiver, while bytes for
 * it are in the process.
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
  return watch === undefined || state === "connecting" ? "dead" : watch.check(nowMs);
}

/** As `performance.now()` counts. */
function dueMs(
  settings: SessionSettings,
  state: SessionState,
  changedMs: number,
  watch: Watch | undefined,
): number {
  if (state === "held" || state === "gone") return Infinity;
  if (state !== "connecting" && watch !== undefined) return watch.dueMs();
  return changedMs + delayMs(settings, state, watch);
}

/** The delay that runs, in milliseconds. */
function delayMs(settings: SessionSettings, state: SessionState, watch: Watch | undefined): number {
  if (state === "connecting") return settings.pongTimeout;
  return watch === undefined ? settings.disconnectDelay : watch.delayMs;
}
