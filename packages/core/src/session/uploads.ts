import type { Incoming } from "../seam/exchange.ts";
import type { EarlySleeper, TimerWheel } from "../time/timer-wheel.ts";
import type { SessionSettings } from "./session-owner.ts";
import type { Session } from "./session.ts";

type Body = Uint8Array | ArrayBuffer | undefined;

/** One body on its way. */
interface Upload {
  readonly incoming: Incoming;
  readonly session: Session;
  readonly stall: (answer: "stalled") => void;
  /** What the request had received when it was last seen to move. */
  count: number;
  /** When that was, as `performance.now()` counts; none before the first look. */
  movedMs: number | undefined;
}

/**
 * Reads the bodies of a server's sending requests, and judges them by progress: a body that brings nothing for `pongTimeout` is
 * given up, one that brings something shows that its browser is there. One sleeper looks at all of them, and only while there
 * are any that did not come whole in the turn of their request.
 */
export class Uploads implements EarlySleeper {
  wakeStep: number = Infinity;
  readonly #timers: TimerWheel;
  readonly #patienceMs: number;
  /** The time between two looks: short enough for a session that only the upload keeps alive. */
  readonly #intervalMs: number;
  readonly #open = new Set<Upload>();
  readonly #atEndOfTurn: (callback: () => void) => void;
  #isTurnAwaited = false;
  readonly #onTurn = (): void => {
    this.#isTurnAwaited = false;
    if (this.#open.size > 0) this.#arm();
  };

  /** `atEndOfTurn` calls back when everything that has come in has been handed over. */
  constructor(
    timers: TimerWheel,
    { pongTimeout, disconnectDelay }: SessionSettings,
    atEndOfTurn: (callback: () => void) => void = (callback) => queueMicrotask(callback),
  ) {
    this.#timers = timers;
    this.#atEndOfTurn = atEndOfTurn;
    this.#patienceMs = pongTimeout;
    this.#intervalMs = Math.max(1, Math.min(pongTimeout, disconnectDelay) / 3);
  }

  /** As {@link Incoming.readBody}, or `"stalled"`. */
  read(incoming: Incoming, session: Session, limit: number): Promise<Body | "stalled"> {
    return new Promise((resolve, reject) => {
      const upload: Upload = { incoming, session, stall: resolve, count: 0, movedMs: undefined };
      this.#open.add(upload);
      if (!this.#isTurnAwaited) {
        this.#isTurnAwaited = true;
        this.#atEndOfTurn(this.#onTurn);
      }
      incoming.readBody(limit).then(
        (body) => {
          this.#forget(upload);
          resolve(body);
        },
        (cause: unknown) => {
          this.#forget(upload);
          reject(cause);
        },
      );
    });
  }

  /** Called by the wheel. */
  wake(): void {
    this.wakeStep = Infinity;
    const nowMs = performance.now();
    for (const upload of this.#open) {
      const { receivedCount } = upload.incoming;
      if (upload.movedMs === undefined || receivedCount !== upload.count) {
        upload.count = receivedCount;
        upload.movedMs = nowMs;
        upload.session.touch();
      } else if (nowMs - upload.movedMs >= this.#patienceMs) {
        this.#open.delete(upload);
        upload.stall("stalled");
      }
    }
    if (this.#open.size > 0) this.#arm();
  }

  #forget(upload: Upload): void {
    this.#open.delete(upload);
    if (this.#open.size === 0) this.#timers.cancel(this);
  }

  #arm(): void {
    this.#timers.wakeAt(this, performance.now() + this.#intervalMs, this.#intervalMs);
  }
}
