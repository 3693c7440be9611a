import type { HookQueue } from "./hook-queue.ts";

/** Reads a connection's messages, one after the other. A class: a function for each method of each connection would cost memory. */
export class MessageIterator implements AsyncIterator<string, undefined> {
  readonly #queue: Pick<HookQueue, "read" | "stopReading">;

  constructor(queue: Pick<HookQueue, "read" | "stopReading">) {
    this.#queue = queue;
  }

  next(): Promise<IteratorResult<string, undefined>> {
    return this.#queue.read();
  }

  /** The loop has been left. That does not close the connection. */
  return(): Promise<IteratorResult<string, undefined>> {
    return this.#queue.stopReading();
  }
}
