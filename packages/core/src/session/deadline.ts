import type { Liveness } from "./liveness.ts";
import type { SessionSettings, SessionState } from "./session-owner.ts";

/** How long a server that ends waits for a browser to come back: one that polls does so within a round trip. */
export const RETURN_MS = 1000;

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
  if (state === "closing" && liveness !== undefined)
    return liveness.closingDueMs(changedMs, settings.disconnectDelay);
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
