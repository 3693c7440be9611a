import type { OutboundMessage } from "../wire/outbound-message.ts";

/** What keeping one message costs besides its text, so that many empty messages meet a limit, too. */
export const MESSAGE_OVERHEAD = 64;

/** Messages that wait for a receiver, first in first out. */
export class OutboundQueue {
  #messages: OutboundMessage[] = [];
  #byteLength = 0;

  get isEmpty(): boolean {
    return this.#messages.length === 0;
  }

  /** Bytes of all messages as UTF-8. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** Bytes that keeping the messages costs besides their text. */
  get overhead(): number {
    return this.#messages.length * MESSAGE_OVERHEAD;
  }

  push(message: OutboundMessage): void {
    this.#messages.push(message);
    this.#byteLength += message.byteLength;
  }

  /** Takes as many messages from the front as `limitBytes` allow, at least one. */
  take(limitBytes: number): readonly OutboundMessage[] {
    if (this.#byteLength <= limitBytes) {
      const all = this.#messages;
      this.clear();
      return all;
    }
    let count = 0;
    let bytes = 0;
    for (const message of this.#messages) {
      if (count > 0 && bytes + message.byteLength > limitBytes) break;
      bytes += message.byteLength;
      count++;
    }
    this.#byteLength -= bytes;
    return this.#messages.splice(0, count);
  }

  clear(): void {
    this.#messages = [];
    this.#byteLength = 0;
  }
}
