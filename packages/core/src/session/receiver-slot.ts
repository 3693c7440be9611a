import { FairTimer } from "../time/fair-timer.ts";
import { Liveness } from "./liveness.ts";
import type { Watch } from "./deadline.ts";
import { Departure } from "./departure.ts";
import { transferMs } from "./progress.ts";
import type { Receiver } from "./receiver.ts";
import type { SessionSettings } from "./session-owner.ts";

/** How long a second receiver waits for the first to be noticed as gone: some runtimes tell of an abort only some turns later. */
const ABORT_GRACE_MS = 100;

/**
 * Who may write to a session: one receiver at a time, and those that came meanwhile wait a moment for its place. A large
 * response stays known after its end, for as long as no other comes: its browser is still downloading.
 */
export class ReceiverSlot {
  #last: Receiver | undefined;
  #watch: Watch | undefined;
  #contenders: Set<Receiver> | undefined;

  /** The one receiver, while there is one. */
  get current(): Receiver | undefined {
    return this.#last?.done === false ? this.#last : undefined;
  }

  /** Watches the receiver while there is one, or while bytes of the last one are in the process. */
  get watch(): Watch | undefined {
    return this.#watch;
  }

  /** Bytes written to the receiver, or the last one, that have not left the process. */
  get bufferedAmount(): number {
    return this.#watch === undefined ? 0 : (this.#last?.bufferedAmount ?? 0);
  }

  /** Whether this is the receiver, or the last one while its browser may still be downloading. */
  holds(receiver: Receiver): boolean {
    return this.#last === receiver;
  }

  /** Whether the receiver, or the last one, has written a close frame. */
  get saidFarewell(): boolean {
    return this.#last?.done === true && this.#last.saidFarewell;
  }

  /** Whether a heartbeat was due that this receiver, the one that has the place, has not taken yet. */
  owesHeartbeat(receiver: Receiver): boolean {
    return this.#last === receiver && this.#watch?.isStalled === true;
  }

  /** Gives the place to a receiver; `false` where it is taken. */
  take(receiver: Receiver, settings: SessionSettings): boolean {
    if (this.current !== undefined) return false;
    this.cut(); // whoever asks anew has got the last response, or has given it up
    this.#last = receiver;
    this.#watch = new Liveness(settings, receiver);
    return true;
  }

  /** Lets a receiver wait for the place. `refuse` is called with it when the first has stayed (protocol, section 5.3). */
  wait(receiver: Receiver, refuse: (receiver: Receiver) => void): void {
    this.#contenders ??= new Set();
    this.#contenders.add(receiver);
    const timer = new FairTimer(() => {
      if (this.#contenders?.delete(receiver) === true && !receiver.done) refuse(receiver);
    });
    timer.setAt(performance.now() + ABORT_GRACE_MS);
  }

  /**
   * Frees the place of a receiver whose response has ended. Returns how long its browser may still be downloading, in
   * milliseconds; not known before its bytes have left the process, and not at all once its connection has ended.
   */
  release(settings: SessionSettings, hasParted = false): number {
    const receiver = this.#last;
    if (hasParted || receiver === undefined || !receiver.done || !receiver.isLarge) {
      this.clear();
      return 0;
    }
    if (receiver.isLeaving) {
      this.#watch = new Departure(receiver, settings.pongTimeout);
      return 0;
    }
    const isNew = this.#watch !== undefined;
    this.#watch = undefined;
    return isNew ? transferMs(receiver.unconfirmedBytes) : 0;
  }

  /** Frees the place. */
  clear(): void {
    this.#last = undefined;
    this.#watch = undefined;
  }

  /** As `clear`; a response that has not left the process is cut. */
  cut(): void {
    this.#last?.terminate();
    this.clear();
  }

  /** Those that wait for the place and have not gone; they wait no longer. */
  takeContenders(): readonly Receiver[] {
    if (this.#contenders === undefined) return NOBODY;
    const waiting = [...this.#contenders].filter((receiver) => !receiver.done);
    this.#contenders = undefined;
    return waiting;
  }
}

const NOBODY: readonly Receiver[] = [];
