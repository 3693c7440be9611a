import { downloadMs } from "./download-time.ts";

/** What a look at a receiver has shown. */
export type Verdict = "alive" | "heartbeat due" | "dead";

/** What judges whether a receiver's other side is still there, and says when to look. */
export interface Watch {
  /** A frame has gone out. */
  sent(nowMs: number): void;
  /** Whether a heartbeat is due that the receiver has not taken yet. */
  readonly isStalled: boolean;
  /** The delay that runs, in milliseconds. */
  readonly delayMs: number;
  /** When to look next, as `performance.now()` counts. */
  dueMs(): number;
  /** Looks. */
  check(nowMs: number): Verdict;
}

/**
 * Watches bytes that wait to leave the process and are all that is still to come: whoever takes some of them is there. Linux
 * takes more only once a third of what it holds has gone, so that a slow browser shows in steps of that size.
 */
export class Departure implements Watch {
  readonly isStalled = false;
  readonly delayMs: number;
  readonly #source: { readonly bufferedAmount: number };
  #seenAmount: number;
  #seenMs: number = performance.now();

  /** `writtenBytes` is what the receiver was given until now; nothing has to move within `patienceMs`, and a step may take longer. */
  constructor(
    source: { readonly bufferedAmount: number },
    patienceMs: number,
    writtenBytes: number,
  ) {
    this.#source = source;
    this.#seenAmount = source.bufferedAmount;
    this.delayMs = patienceMs + downloadMs(Math.max(writtenBytes, this.#seenAmount)) / 3;
  }

  sent(): void {}

  dueMs(): number {
    return this.#seenMs + this.delayMs;
  }

  check(nowMs: number): Verdict {
    const { bufferedAmount } = this.#source;
    if (bufferedAmount >= this.#seenAmount) return "dead";
    this.#seenAmount = bufferedAmount;
    this.#seenMs = nowMs;
    return "alive";
  }
}
