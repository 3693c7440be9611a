import { HIGH_WATER_MARK, type ResponseSource } from "../seam/sink.ts";

/**
 * The body of a response of one frame, as a web stream. A large frame is given away in parts and only when asked for, so that
 * it is known how much of it the runtime has taken: a body given as a whole never tells.
 */
export class FrameBody implements UnderlyingDefaultSource<Uint8Array> {
  readonly #source: ResponseSource;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #rest: Uint8Array | undefined;
  #isAsked = false;

  constructor(source: ResponseSource) {
    this.#source = source;
  }

  /** Whether it has its frame and the runtime has not taken all of it. */
  get isLeaving(): boolean {
    return this.#rest !== undefined;
  }

  /** Bytes that the runtime has not taken. */
  get bufferedAmount(): number {
    return this.#rest?.byteLength ?? 0;
  }

  /** The stream; once. */
  toStream(): ReadableStream<Uint8Array> {
    return new ReadableStream(this, { highWaterMark: 0 });
  }

  /** Gives it its frame, after which it ends. */
  give(bytes: Uint8Array): void {
    this.#rest = bytes;
    if (bytes.byteLength < HIGH_WATER_MARK) this.#end(bytes);
    else if (this.#isAsked) this.#giveNext();
  }

  /** Fails the stream, without a reason: see `streamBody`. */
  cut(): void {
    this.#rest = undefined;
    this.#controller?.error();
  }

  start(controller: ReadableStreamDefaultController<Uint8Array>): void {
    this.#controller = controller;
  }

  pull(): void {
    this.#isAsked = true;
    if (this.#rest !== undefined) this.#giveNext();
  }

  cancel(): void {
    this.#source.interrupted();
    this.#rest = undefined;
  }

  /** Asked for more when nothing is left, the last part is on its way. */
  #giveNext(): void {
    const rest = this.#rest;
    if (rest === undefined || rest.byteLength === 0) {
      this.#end();
      this.#source.left();
      return;
    }
    this.#rest = rest.subarray(HIGH_WATER_MARK);
    this.#write(rest.subarray(0, HIGH_WATER_MARK), false);
  }

  #end(bytes?: Uint8Array): void {
    this.#rest = undefined;
    this.#write(bytes, true);
  }

  #write(bytes: Uint8Array | undefined, isLast: boolean): void {
    try {
      if (bytes !== undefined) this.#controller?.enqueue(bytes);
      if (isLast) this.#controller?.close();
    } catch {
      // cancelled in this same turn, before `cancel` was called
    }
  }
}
