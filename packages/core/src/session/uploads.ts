import type { Incoming } from "../seam/exchange.ts";
import type { EarlySleeper } from "../time/timer-wheel.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

/** One body on its way. */
export interface Upload {
  readonly incoming: Incoming;
  readonly session: Session;
  /** What the request had received when it was last seen to move. */
  count: number;
  /** When that was, as `performance.now()` counts; none before the first look. */
  movedMs: number | undefined;
  /** Whether it has been given up. */
  isStalled: boolean;
}

/**
 * Watches the bodies of a server's sending requests, and judges them by progress: a body that brings nothing for `pongTimeout` is
 * given up, one that brings something shows that its browser is there. One sleeper looks at all of them: most have come whole
 * long before it wakes, so that it is not taken back for each.
 */
export class Uploads implements EarlySleeper {
  wakeStep: number = Infinity;
  readonly #sessions: Sessions;
  /** The time between two looks: short enough for a session that only the upload keeps alive. */
  readonly #intervalMs: number;
  readonly #open = new Set<Upload>();

  constructor(sessions: Sessions) {
    const { pongTimeout, disconnectDelay } = sessions.settings;
    this.#sessions = sessions;
    this.#intervalMs = Math.max(1, Math.min(pongTimeout, disconnectDelay) / 3);
    sessions.onEmpty = () => this.#rest();
  }

  /** Watches a body that is about to be read, until it is told the end. */
  begin(incoming: Incoming, session: Session): Upload {
    const upload: Upload = { incoming, session, count: 0, movedMs: undefined, isStalled: false };
    this.#open.add(upload);
    if (this.wakeStep === Infinity) this.#arm();
    return upload;
  }

  /** The body has come, or has been given up. */
  end(upload: Upload): void {
    this.#open.delete(upload);
    if (this.#sessions.size === 0) this.#rest();
  }

  /** Called by the wheel. */
  wake(): void {
    this.wakeStep = Infinity;
    const nowMs = performance.now();
    for (const upload of this.#open) {
      const { receivedCount } = upload.incoming;
      if (upload.isStalled) continue;
      if (upload.movedMs === undefined || receivedCount !== upload.count) {
        upload.count = receivedCount;
        upload.movedMs = nowMs;
        upload.session.touch();
      } else if (nowMs - upload.movedMs >= this.#sessions.settings.pongTimeout) {
        upload.isStalled = true;
        upload.incoming.dropBody();
      }
    }
    if (this.#open.size > 0) this.#arm();
  }

  /** Leaves no timer behind where there is nothing to look at. */
  #rest(): void {
    if (this.#open.size === 0) this.#sessions.timers.cancel(this);
  }

  #arm(): void {
    this.#sessions.timers.wakeAt(this, performance.now() + this.#intervalMs, this.#intervalMs);
  }
}
