import type { Liveness } from "./liveness.ts";
import type { SessionSettings, SessionState } from "./session-owner.ts";

/**
 * When a session has to be looked at, as `performance.now()` counts; never while it only holds its id. `changedMs` is when
 * its receiver came or went, or its state changed; `liveness` watches its receiver, while there is one.
 */
export function dueMs(
  state: SessionState,
  changedMs: number,
  liveness: Liveness | undefined,
  settings: SessionSettings,
): number {
  if (state === "held" || state === "gone") return Infinity;
  if (state === "open" && liveness !== undefined) return liveness.dueMs();
  return changedMs + delayMs(state, liveness, settings);
}

/** The delay that runs, in milliseconds. */
export function delayMs(
  state: SessionState,
  liveness: Liveness | undefined,
  settings: SessionSettings,
): number {
  if (state === "connecting") return settings.pongTimeout;
  if (state === "open" && liveness !== undefined) return liveness.delayMs;
  return settings.disconnectDelay;
}
