import type { SharedText } from "../wire/outbound-message.ts";
import { HIGH_WATER_MARK, type ResponseSource, type Sink } from "../seam/sink.ts";
import type { TurnQueue } from "../time/turn-queue.ts";
import { encodeUtf8 } from "../wire/utf8.ts";

/**
 * Two writes closer together than this may share a turn of the event loop, and runtimes merge what is enqueued in one turn
 * into one HTTP chunk: Bun 1.4, Deno 2.9 and Node 26. The protocol wants a chunk for each frame (section 6).
 */
const SAME_TURN_MS = 1;

/**
 * A frame larger than this goes out in parts, each a chunk of its own, so that it is seen how much of it the runtime has
 * taken. No browser notices.
 */
const MAX_CHUNK_BYTES = 4 * HIGH_WATER_MARK;

/**
 * A response body that a source fills with frames, as a web stream: the way out through `Response`, on every runtime. It
 * holds at most {@link HIGH_WATER_MARK} bytes before it asks the source to wait. `turns` may be shared by all streams.
 */
export function streamBody(source: ResponseSource, turns: TurnQueue): ReadableStream<Uint8Array> {
  return new ReadableStream(
    new StreamSink(source, turns),
    new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER_MARK }),
  );
}

class StreamSink implements Sink, UnderlyingDefaultSource<Uint8Array> {
  readonly #source: ResponseSource;
  readonly #turns: TurnQueue;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #lastWriteAt = -SAME_TURN_MS;
  #lastTurn = -1;
  #justWritten = false;
  readonly #forgetWrite = (): void => {
    this.#justWritten = false;
  };
  #waitsForTurn = false;
  readonly #onTurn = (): void => {
    if (!this.#waitsForTurn) return;
    this.#waitsForTurn = false;
    this.#source.drained();
  };
  #waiting = false;
  /** What is to come of a frame that goes out in parts. */
  #rest: Uint8Array | undefined;
  /** Whether it has been ended and bytes of it have not been taken. */
  isLeaving = false;

  constructor(source: ResponseSource, turns: TurnQueue) {
    this.#source = source;
    this.#turns = turns;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#controller = controller;
    this.#source.start(this);
  }

  pull(): void {
    if (this.#rest !== undefined) {
      this.#giveNext(this.#rest);
      return;
    }
    if (this.isLeaving) {
      this.isLeaving = false;
      this.#close();
      this.#source.left();
      return;
    }
    if (!this.#waiting || this.#waitsForTurn) return;
    this.#waiting = false;
    this.#source.drained();
  }

  cancel(): void {
    if (this.#controller === undefined) return; // ended by the source
    this.#forget();
    this.#source.interrupted();
  }

  ready(): boolean {
    if (this.#controller === undefined || this.#waitsForTurn) return false;
    if (this.#rest !== undefined) {
      this.#waiting = true;
      return false;
    }
    if (this.#hasWrittenThisTurn()) {
      this.#waitsForTurn = true;
      this.#turns.add(this.#onTurn);
      return false;
    }
    if ((this.#controller.desiredSize ?? 0) > 0) return true;
    this.#waiting = true;
    return false;
  }

  get bufferedAmount(): number {
    const desiredSize = this.#controller?.desiredSize ?? HIGH_WATER_MARK;
    return Math.max(0, HIGH_WATER_MARK - desiredSize) + (this.#rest?.byteLength ?? 0);
  }

  write(text: string): void {
    this.#enqueue(encodeUtf8(text));
  }

  writeShared(shared: SharedText): void {
    this.#enqueue(shared.bytes);
  }

  end(): void {
    // A stream that is closed does not tell when the last of it is taken.
    if (this.bufferedAmount >= HIGH_WATER_MARK && this.#controller !== undefined)
      this.isLeaving = true;
    else this.#close();
  }

  terminate(): void {
    const controller = this.#controller;
    this.#forget();
    controller?.error(); // No reason, on purpose: Bun logs any reason, and adapters recognize our own cut by its absence.
  }

  #hasWrittenThisTurn(): boolean {
    if (this.#justWritten) return true;
    return (
      this.#lastTurn === this.#turns.current && performance.now() - this.#lastWriteAt < SAME_TURN_MS
    );
  }

  #enqueue(bytes: Uint8Array): void {
    this.#lastTurn = this.#turns.current;
    this.#lastWriteAt = performance.now();
    this.#justWritten = true; // also where a pause of the process makes the clock say otherwise
    queueMicrotask(this.#forgetWrite);
    if (bytes.byteLength > MAX_CHUNK_BYTES) this.#giveNext(bytes);
    else this.#give(bytes);
  }

  #giveNext(bytes: Uint8Array): void {
    this.#rest = bytes.byteLength > HIGH_WATER_MARK ? bytes.subarray(HIGH_WATER_MARK) : undefined;
    this.#give(bytes.subarray(0, HIGH_WATER_MARK));
  }

  #close(): void {
    const controller = this.#controller;
    this.#forget();
    try {
      controller?.close();
    } catch {
      // cancelled in this same turn, before `cancel` was called
    }
  }

  #give(bytes: Uint8Array): void {
    try {
      this.#controller?.enqueue(bytes);
    } catch {
      // cancelled in this same turn, before `cancel` was called
    }
  }

  #forget(): void {
    this.#controller = undefined;
    this.#rest = undefined;
    if (this.#waitsForTurn) this.#turns.remove(this.#onTurn);
    this.#waitsForTurn = false;
  }
}
