import type { SharedText } from "./outbound-message.ts";
import { HIGH_WATER_MARK, type FrameSource, type Sink } from "./sink.ts";

/**
 * Two writes closer together than this may share a turn of the event loop, and runtimes merge what is enqueued in one turn
 * into one HTTP chunk: Bun 1.4, Deno 2.9 and Node 26. The protocol wants a chunk for each frame (section 6).
 */
const SAME_TURN_MS = 1;

/**
 * A response body that a source fills with frames, as a web stream: the way out through `Response`, on every runtime. It
 * holds at most {@link HIGH_WATER_MARK} bytes before it asks the source to wait.
 */
export function streamBody(source: FrameSource): ReadableStream<Uint8Array> {
  return new ReadableStream(
    new StreamSink(source),
    new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER_MARK }),
  );
}

class StreamSink implements Sink, UnderlyingDefaultSource<Uint8Array> {
  readonly #source: FrameSource;
  readonly #encoder = new TextEncoder();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #lastWriteAt = -SAME_TURN_MS;
  #justWritten = false;
  readonly #forgetWrite = (): void => {
    this.#justWritten = false;
  };
  #nextTurn: ReturnType<typeof setTimeout> | undefined;
  #waiting = false;

  constructor(source: FrameSource) {
    this.#source = source;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#controller = controller;
    this.#source.start(this);
  }

  pull(): void {
    if (!this.#waiting || this.#nextTurn !== undefined) return;
    this.#waiting = false;
    this.#source.drained();
  }

  cancel(): void {
    if (this.#controller === undefined) return; // ended by the source
    this.#forget();
    this.#source.interrupted();
  }

  ready(): boolean {
    if (this.#controller === undefined || this.#nextTurn !== undefined) return false;
    if (this.#justWritten || performance.now() - this.#lastWriteAt < SAME_TURN_MS) {
      this.#waitForNextTurn();
      return false;
    }
    if ((this.#controller.desiredSize ?? 0) > 0) return true;
    this.#waiting = true;
    return false;
  }

  get bufferedAmount(): number {
    const desiredSize = this.#controller?.desiredSize ?? HIGH_WATER_MARK;
    return Math.max(0, HIGH_WATER_MARK - desiredSize);
  }

  write(text: string): number {
    return this.#enqueue(this.#encoder.encode(text));
  }

  writeShared(shared: SharedText): number {
    return this.#enqueue(shared.bytes);
  }

  end(): void {
    const controller = this.#controller;
    this.#forget();
    try {
      controller?.close();
    } catch {
      // cancelled in this same turn, before `cancel` was called
    }
  }

  terminate(): void {
    const controller = this.#controller;
    this.#forget();
    controller?.error(); // Bun prints any reason but none; adapters know a cut of ours by that
  }

  /**
   * Of all ways to wait only `setTimeout` separates chunks on every runtime and version. It takes two: a busy Deno 2.9 runs
   * a timer that is due already in the turn that set it, which joined a quarter of all pairs with 32 receivers at once.
   */
  #waitForNextTurn(): void {
    this.#nextTurn = setTimeout(() => {
      this.#nextTurn = setTimeout(() => {
        this.#nextTurn = undefined;
        this.#source.drained();
      }, 0);
    }, 0);
  }

  #enqueue(bytes: Uint8Array): number {
    this.#lastWriteAt = performance.now();
    this.#justWritten = true; // also where a pause of the process makes the clock say otherwise
    queueMicrotask(this.#forgetWrite);
    try {
      this.#controller?.enqueue(bytes);
    } catch {
      // cancelled in this same turn, before `cancel` was called
    }
    return bytes.byteLength;
  }

  #forget(): void {
    this.#controller = undefined;
    clearTimeout(this.#nextTurn);
    this.#nextTurn = undefined;
  }
}
