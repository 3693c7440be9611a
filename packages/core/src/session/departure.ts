import type { Verdict } from "./liveness.ts";
import { transferMs } from "./progress.ts";
import type { Receiver } from "./receiver.ts";

/** The part of what an operating system holds that has to go before it takes more: a third on Linux. */
const STEP = 1 / 3;

/**
 * Judges a receiver whose large response has ended and has not left the process: some of it has to leave within `patienceMs`,
 * and the time that a step of the operating system may take.
 */
export class Departure {
  readonly isStalled = false;
  /** The longest time between two movements, in milliseconds. */
  readonly delayMs: number;
  readonly #receiver: Receiver;
  #seenAmount: number;
  #seenMs: number = performance.now();

  constructor(receiver: Receiver, patienceMs: number) {
    this.#receiver = receiver;
    this.#seenAmount = receiver.bufferedAmount;
    this.delayMs = patienceMs + transferMs(receiver.unconfirmedBytes) * STEP;
  }

  /** Nothing more goes out. */
  sent(): void {}

  /** When to look next, as `performance.now()` counts. */
  dueMs(): number {
    return this.#seenMs + this.delayMs;
  }

  /** Looks. */
  check(nowMs: number): Verdict {
    const { bufferedAmount } = this.#receiver;
    if (bufferedAmount >= this.#seenAmount) return "dead";
    this.#seenAmount = bufferedAmount;
    this.#seenMs = nowMs;
    return "alive";
  }
}
