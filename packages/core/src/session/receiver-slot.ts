import { FairTimer } from "../time/fair-timer.ts";
import { Liveness } from "./liveness.ts";
import type { Receiver } from "./receiver.ts";
import type { SessionSettings } from "./session-owner.ts";

/** How long a second receiver waits for the first to be noticed as gone: some runtimes tell of an abort only some turns later. */
const ABORT_GRACE_MS = 100;

/** Who may write to a session: one receiver at a time, and those that came meanwhile wait a moment for its place. */
export class ReceiverSlot {
  #current: Receiver | undefined;
  #liveness: Liveness | undefined;
  #contenders: Set<Receiver> | undefined;

  /** The one receiver, while there is one. */
  get current(): Receiver | undefined {
    return this.#current;
  }

  /** Watches the receiver, while there is one. */
  get liveness(): Liveness | undefined {
    return this.#liveness;
  }

  /** Whether a heartbeat was due that this receiver, the one that has the place, has not taken yet. */
  owesHeartbeat(receiver: Receiver): boolean {
    return this.#current === receiver && this.#liveness?.isStalled === true;
  }

  /** Gives the place to a receiver; `false` where it is taken. */
  take(receiver: Receiver, settings: SessionSettings): boolean {
    if (this.#current !== undefined) return false;
    this.#current = receiver;
    this.#liveness = new Liveness(settings, receiver);
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

  /** Frees the place. */
  clear(): void {
    this.#current = undefined;
    this.#liveness = undefined;
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
