import type { SharedText } from "../../src/wire/outbound-message.ts";
import type { FrameSource } from "../../src/seam/sink.ts";
import type { SocketSink } from "../../src/seam/socket.ts";
import { decodeFrame, type WireForm } from "./wire-form.ts";

/** How the other end of a sink behaves. */
export interface Reading {
  /** Takes nothing until told otherwise. */
  readonly blocked: boolean;
  /** Takes one frame a turn of the event loop, as web streams do; a WebSocket never is so. */
  readonly paced: boolean;
  /** Answers pings; only WebSockets are asked. */
  readonly answersPings: boolean;
}

/** What a sink tells of, in the order it happens. */
export interface SinkObserver {
  frame(sink: ModelSink, frame: string): void;
  /** A rule has been broken. */
  violated(rule: string): void;
}

/** A sink that holds its writer to the rules: nothing before it is ready, nothing after the end, a close frame only last. */
export class ModelSink implements SocketSink {
  readonly form: WireForm;
  readonly source: FrameSource;
  readonly observer: SinkObserver;
  readonly startedAt: number = performance.now();
  inboundCount = 0;
  /** Bytes of frames written, the prelude left out. */
  frameBytes = 0;
  lastWriteAt: number = performance.now();
  blocked: boolean;
  /** Ended or cut by the server, or gone at the other end. */
  over = false;
  /** When it was over. */
  overAt = Infinity;
  closeFrame: string | undefined;
  /** Whether a frame of a session has been written, other than a close frame. */
  serving = false;
  readonly #reading: Reading;
  #preludePending: boolean;
  #resting = false;
  #waiting = false;

  constructor(form: WireForm, source: FrameSource, reading: Reading, observer: SinkObserver) {
    this.form = form;
    this.source = source;
    this.observer = observer;
    this.blocked = reading.blocked;
    this.#reading = reading;
    this.#preludePending = form.prelude;
  }

  get answersPings(): boolean {
    return this.#reading.answersPings;
  }

  get bufferedAmount(): number {
    return this.blocked ? 70_000 : 0;
  }

  get accepts(): boolean {
    return !this.blocked && !this.#resting;
  }

  ready(): boolean {
    if (this.accepts) return true;
    this.#waiting = true;
    return false;
  }

  write(text: string): void {
    if (this.over) this.observer.violated(`a write after the end: ${text.slice(0, 80)}`);
    this.lastWriteAt = performance.now();
    const bytes = new TextEncoder().encode(text).byteLength;
    if (this.#preludePending) {
      this.#preludePending = false;
      return;
    }
    if (!this.accepts) this.observer.violated(`a write while not ready: ${text.slice(0, 80)}`);
    if (this.closeFrame !== undefined) this.observer.violated(`a frame after ${this.closeFrame}`);
    const frame = decodeFrame(this.form, text);
    this.frameBytes += bytes;
    if (frame.startsWith("c")) this.closeFrame = frame;
    else this.serving = true;
    if (this.#reading.paced && !("closed" in this.source)) this.#rest();
    this.observer.frame(this, frame);
  }

  writeShared(shared: SharedText): void {
    this.write(shared.text);
  }

  end(): void {
    if (this.over) this.observer.violated("an end after the end");
    this.#finish();
  }

  terminate(): void {
    if (this.over) this.observer.violated("a cut after the end");
    this.#finish();
  }

  ping(): void {
    if (this.#reading.answersPings) this.inboundCount++;
  }

  /** The other end takes frames again. */
  unblock(): void {
    this.blocked = false;
    this.#tell();
  }

  /** The other end goes; whoever calls it tells the source. */
  leave(): void {
    this.#finish();
  }

  #finish(): void {
    this.over = true;
    this.overAt = performance.now();
  }

  #rest(): void {
    this.#resting = true;
    setTimeout(() => {
      this.#resting = false;
      this.#tell();
    }, 0);
  }

  #tell(): void {
    if (!this.#waiting || !this.accepts || this.over) return;
    this.#waiting = false;
    this.source.drained();
  }
}
