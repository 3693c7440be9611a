import { MESSAGE_OVERHEAD } from "../wire/json.ts";
import type { OutboundMessage } from "../wire/outbound-message.ts";

/** A queue goes out in one frame, or in several of this size where it is larger, so that a slow reader shows progress. */
const MAX_FRAME_BYTES = 1_048_576;

/** Messages that wait for a receiver, first in first out. */
export class OutboundQueue {
  /** Absent while nothing waits, since most sessions are idle most of the time. */
  #messages: OutboundMessage[] | undefined;
  #byteLength = 0;

  get isEmpty(): boolean {
    return this.#messages === undefined;
  }

  /** Bytes of all messages as UTF-8. */
  get byteLength(): number {
    return this.#byteLength;
  }

  /** Bytes that keeping the messages costs besides their text. */
  get overhead(): number {
    return (this.#messages?.length ?? 0) * MESSAGE_OVERHEAD;
  }

  push(message: OutboundMessage): void {
    if (this.#messages === undefined) this.#messages = [message];
    else this.#messages.push(message);
    this.#byteLength += message.byteLength;
  }

  /** Takes as many messages from the front as `limitBytes` allow, at least one. */
  take(limitBytes: number = MAX_FRAME_BYTES): readonly OutboundMessage[] {
    const all = this.#messages ?? [];
    if (this.#byteLength <= limitBytes) {
      this.clear();
      return all;
    }
    let count = 0;
    let bytes = 0;
    for (const message of all) {
      if (count > 0 && bytes + message.byteLength > limitBytes) break;
      bytes += message.byteLength;
      count++;
    }
    if (count === all.length) {
      this.clear();
      return all;
    }
    this.#byteLength -= bytes;
    return all.splice(0, count);
  }

  clear(): void {
    this.#messages = undefined;
    this.#byteLength = 0;
  }
}
