import { MESSAGE_OVERHEAD } from "../wire/json.ts";
import { utf8Length } from "../wire/utf8.ts";

/** Taken messages that may stay in the array before it is cut; cutting at each would cost time in its length. */
const COMPACT_AFTER = 1024;

/** Messages that came from the browser and that the application has not taken yet, first in first out, with their size. */
export class Inbox {
  readonly #maxUnreadAmount: number;
  #messages: string[] = [];
  #first = 0;
  #unreadAmount = 0;
  #roomWaiters: (() => void)[] = [];

  constructor(maxUnreadAmount: number) {
    this.#maxUnreadAmount = maxUnreadAmount;
  }

  get isEmpty(): boolean {
    return this.#first === this.#messages.length;
  }

  get isFull(): boolean {
    return this.#unreadAmount > this.#maxUnreadAmount;
  }

  push(message: string): void {
    this.#messages.push(message);
    this.#unreadAmount += utf8Length(message) + MESSAGE_OVERHEAD;
  }

  /** Takes the oldest message; only when there is one. */
  take(): string {
    const message = this.#messages[this.#first++] ?? "";
    this.#unreadAmount -= utf8Length(message) + MESSAGE_OVERHEAD;
    if (this.isEmpty) this.#reset();
    else if (this.#first >= COMPACT_AFTER) this.#compact();
    if (!this.isFull && this.#roomWaiters.length > 0) this.releaseWaiters();
    return message;
  }

  /** Resolves once the messages held are within the limit. */
  whenRoom(): Promise<void> {
    return new Promise((resolve) => this.#roomWaiters.push(resolve));
  }

  /** Lets everyone go who waits for room. */
  releaseWaiters(): void {
    const waiters = this.#roomWaiters;
    this.#roomWaiters = [];
    for (const resolve of waiters) resolve();
  }

  #compact(): void {
    this.#messages = this.#messages.slice(this.#first);
    this.#first = 0;
  }

  #reset(): void {
    this.#messages = [];
    this.#first = 0;
    this.#unreadAmount = 0;
  }
}
