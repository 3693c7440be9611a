import { HIGH_WATER_MARK } from "../seam/sink.ts";
import type { Receiver } from "./receiver.ts";

/** What an operating system holds of one connection's outbound bytes, at most: Linux's own limit for a socket. */
const MAX_HELD_BYTES = 4_194_304;

/** Bytes a millisecond of the slowest network that is waited for (protocol, section 5.10: 10 kB/s). */
const SLOWEST_RATE = 10;

/**
 * Milliseconds that bytes may still take once they have left the process: the operating system tells nothing of those it
 * holds. None for what fits in one round of writing anyway.
 */
export function transferMs(bytes: number): number {
  return bytes > HIGH_WATER_MARK ? Math.min(bytes, MAX_HELD_BYTES) / SLOWEST_RATE : 0;
}

/**
 * Watches whether a receiver takes what has been written to it (protocol, section 5.10). It is there only while something is
 * waited for, so that an idle session has none. Receivers count no more bytes than they have written, so that a write alone
 * never looks like a movement.
 */
export class Progress {
  /** Since when the receiver has owed a heartbeat that it does not take; `undefined` while it owes none. */
  stalledMs: number | undefined;
  readonly #receiver: Receiver;
  /** How long bytes that the operating system may hold can take. */
  #transferMs = 0;
  /** Bytes written and not in the process any more, and those that were in it, at the last look. */
  #leftBytes: number;
  #bufferedBytes: number;
  #lookedMs: number;
  /** When bytes that waited were last seen to have left. */
  #movedMs = 0;

  constructor(receiver: Receiver, nowMs: number) {
    this.#receiver = receiver;
    this.#bufferedBytes = receiver.bufferedAmount;
    this.#leftBytes = receiver.unconfirmedBytes - this.#bufferedBytes;
    this.#lookedMs = nowMs;
  }

  /** Allows for bytes that have been written and of which nothing tells that they have arrived. */
  allowForUnconfirmed(): void {
    this.#transferMs = Math.max(this.#transferMs, transferMs(this.#receiver.unconfirmedBytes));
  }

  /**
   * Notes whether bytes have left the process since the last look. Only those that had to wait tell of the browser: where
   * nothing waits, the operating system takes whatever comes.
   */
  look(nowMs: number): void {
    const { unconfirmedBytes, bufferedAmount } = this.#receiver;
    const leftBytes = unconfirmedBytes - bufferedAmount;
    if (this.#bufferedBytes > 0 && leftBytes > this.#leftBytes) this.#movedMs = nowMs;
    this.#bufferedBytes = bufferedAmount;
    this.#leftBytes = leftBytes;
    this.#lookedMs = nowMs;
  }

  /** When a delay that began at `startMs` is over, unless bytes are seen to leave before. */
  endMs(startMs: number, delayMs: number): number {
    return Math.max(startMs, this.#movedMs) + delayMs + this.#transferMs;
  }

  /** When to look again, so that a movement is seen soon after it has been. */
  nextLookMs(delayMs: number): number {
    return this.#lookedMs + delayMs;
  }
}
