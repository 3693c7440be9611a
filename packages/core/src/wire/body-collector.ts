/** Where a buffer starts that is not known to need more: most bodies are one short message. */
const FIRST_CAPACITY = 1024;

/** The most that is set aside for a length that is only declared: a peer may declare much and send nothing. */
const MAX_DECLARED_CAPACITY = 16_384;

/**
 * Collects the chunks of a body in one buffer that doubles as it fills. No chunk is kept: runtimes hand out a chunk of one
 * byte in a buffer of 64 KiB, or as an object of several hundred bytes. So a body holds at most twice its limit, the smaller
 * buffers that await the garbage collector included, however many chunks it comes in.
 */
export class BodyCollector {
  readonly #limit: number;
  readonly #firstCapacity: number;
  #buffer: Uint8Array | undefined;
  #length = 0;

  /** `limit` and `declared` are bytes; the latter is the `Content-Length`, 0 when it is missing. */
  constructor(limit: number, declared = 0) {
    this.#limit = limit;
    this.#firstCapacity = Math.max(FIRST_CAPACITY, Math.min(declared, MAX_DECLARED_CAPACITY));
  }

  /** Takes a chunk in. Answers `false`, and lets go of everything, when the body is larger than its limit. */
  add(chunk: Uint8Array): boolean {
    const length = this.#length + chunk.byteLength;
    if (length > this.#limit) {
      this.#buffer = undefined;
      this.#length = 0;
      return false;
    }
    if (this.#buffer === undefined && chunk.buffer.byteLength <= 2 * chunk.byteLength) {
      this.#buffer = chunk; // often the whole body: it is copied only if another follows
    } else {
      this.#reserve(length).set(chunk, this.#length);
    }
    this.#length = length;
    return true;
  }

  /** What has come. The bytes are those of the collector, or of a chunk that was the only one. */
  bytes(): Uint8Array {
    return this.#buffer?.subarray(0, this.#length) ?? new Uint8Array();
  }

  /** The buffer, with room for `length` bytes. */
  #reserve(length: number): Uint8Array {
    const current = this.#buffer;
    if (current !== undefined && current.byteLength >= length) return current;
    const doubled = Math.max(2 * (current?.byteLength ?? 0), this.#firstCapacity);
    // The last step is the largest, or the smaller buffers would come to more than the limit together.
    const capacity = 2 * doubled > this.#limit ? this.#limit : doubled;
    const grown = new Uint8Array(Math.max(length, capacity));
    if (current !== undefined) grown.set(current.subarray(0, this.#length));
    this.#buffer = grown;
    return grown;
  }
}
