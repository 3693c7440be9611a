import type { SharedText } from "../wire/outbound-message.ts";
import { HIGH_WATER_MARK, type FrameSource, type Sink } from "../seam/sink.ts";
import type { TurnQueue } from "../time/turn-queue.ts";

/**
 * Two writes closer together than this may share a turn of the event loop, and runtimes merge what is enqueued in one turn
 * into one HTTP chunk: Bun 1.4, Deno 2.9 and Node 26. The protocol wants a chunk for each frame (section 6).
 */
const SAME_TURN_MS = 1;

/**
 * A response body that a source fills with frames, as a web stream: the way out through `Response`, on every runtime. It
 * holds at most {@link HIGH_WATER_MARK} bytes before it asks the source to wait. `turns` may be shared by all streams.
 */
export function streamBody(source: FrameSource, turns: TurnQueue): ReadableStream<Uint8Array> {
  return new ReadableStream(
    new StreamSink(source, turns),
    new ByteLengthQueuingStrategy({ highWaterMark: HIGH_WATER_MARK }),
  );
}

class StreamSink implements Sink, UnderlyingDefaultSource<Uint8Array> {
  readonly #source: FrameSource;
  readonly #turns: TurnQueue;
  readonly #encoder = new TextEncoder();
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

  constructor(source: FrameSource, turns: TurnQueue) {
    this.#source = source;
    this.#turns = turns;
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#controller = controller;
    this.#source.start(this);
  }

  pull(): void {
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
    return Math.max(0, HIGH_WATER_MARK - desiredSize);
  }

  write(text: string): void {
    this.#enqueue(this.#encoder.encode(text));
  }

  writeShared(shared: SharedText): void {
    this.#enqueue(shared.bytes);
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
    try {
      this.#controller?.enqueue(bytes);
    } catch {
      // cancelled in this same turn, before `cancel` was called
    }
  }

  #forget(): void {
    this.#controller = undefined;
    if (this.#waitsForTurn) this.#turns.remove(this.#onTurn);
    this.#waitsForTurn = false;
  }
}
