import type { Incoming } from "../seam/exchange.ts";
import type { EarlySleeper } from "../time/timer-wheel.ts";
import type { BodyProgress } from "./send-turns.ts";
import type { Session } from "./session.ts";
import type { Sessions } from "./sessions.ts";

/** One body on its way. */
export class Upload implements BodyProgress {
  readonly incoming: Incoming;
  readonly session: Session;
  /** What the request had received when it was last seen to move. */
  count = 0;
  /** When that was, as `performance.now()` counts; none before the first look. */
  movedMs: number | undefined;
  /** Whether it has been given up. */
  isStalled = false;

  constructor(incoming: Incoming, session: Session) {
    this.incoming = incoming;
    this.session = session;
  }

  hasMoved(): boolean {
    return this.incoming.receivedCount !== this.count;
  }
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
    const upload = new Upload(incoming, session);
    session.sendTurns.body = upload;
    this.#open.add(upload);
    if (this.wakeStep === Infinity) this.#arm();
    return upload;
  }

  /** The body has come, or has been given up. */
  end(upload: Upload): void {
    this.#open.delete(upload);
    upload.session.sendTurns.body = undefined;
    if (this.#sessions.size === 0) this.#rest();
  }

  /** Called by the wheel. */
  wake(): void {
    this.wakeStep = Infinity;
    const nowMs = performance.now();
    for (const upload of this.#open) {
      if (upload.isStalled) continue;
      if (upload.movedMs === undefined || upload.hasMoved()) {
        upload.count = upload.incoming.receivedCount;
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
