import {
  HIGH_WATER_MARK,
  type ResponseSource,
  type SharedText,
  type Sink,
} from "@sockjs-fetch/core/adapter";

/** What Bun gives to the `pull` of a stream of type `direct`. */
export interface DirectController {
  /** Bytes taken; a promise where the browser is behind, which is kept once it has caught up. */
  write(content: string | Uint8Array): number | Promise<number>;
  /** Puts what was written since the last time on the wire, as one chunk. */
  flush(): unknown;
  end(): unknown;
}

interface DirectSource {
  readonly type: "direct";
  pull(controller: DirectController): Promise<void> | void;
  cancel?(): void;
}

/**
 * A response body that a source fills with frames, as a stream of Bun's own type `direct`: each frame is a chunk of its own
 * also within one turn of the event loop, where an ordinary stream has to wait for the next. The signal is the request's: a
 * browser may have gone before Bun asks for the body.
 */
export function directBody(
  source: ResponseSource,
  signal: AbortSignal,
): ReadableStream<Uint8Array> {
  return toStream(new DirectSink(source, signal));
}

/** A finished text as a body: see {@link LARGE_BODY}. */
export function wholeBody(content: string | Uint8Array): ReadableStream<Uint8Array> {
  return toStream({
    type: "direct",
    pull(controller) {
      void controller.write(content);
      controller.end();
    },
  });
}

/**
 * From about this many bytes on, a text does not fit Bun's buffer of 16 KiB together with its head. Bun 1.4 then writes an
 * answer that comes late with a system call for each part of each header, at five times the cost of a stream.
 */
export const LARGE_BODY = 15_000;

/**
 * A frame larger than this goes out in parts, each a chunk of its own: Bun tells only that it has caught up, not how much of
 * one write has been taken. No browser notices.
 */
const MAX_CHUNK_BYTES = 4 * HIGH_WATER_MARK;

function toStream(source: DirectSource): ReadableStream<Uint8Array> {
  // Web types do not know the type `direct`.
  return new ReadableStream(source as unknown as UnderlyingDefaultSource<Uint8Array>);
}

/** The writable end of such a body, and at once what Bun asks for it. */
export class DirectSink implements Sink, DirectSource {
  readonly type = "direct";
  readonly #source: ResponseSource;
  readonly #signal: AbortSignal;
  readonly #encoder = new TextEncoder();
  #controller: DirectController | undefined;
  /** Settles what Bun waits for: by failing it cuts the connection. */
  #settle: { readonly end: () => void; readonly cut: () => void } | undefined;
  #bufferedAmount = 0;
  /** What is to come of a frame that goes out in parts. */
  #rest: Uint8Array | undefined;
  #done = false;
  /** Whether it has been ended and bytes of it have not been taken. */
  isLeaving = false;
  readonly #interrupt = (): void => this.cancel();

  constructor(source: ResponseSource, signal: AbortSignal) {
    this.#source = source;
    this.#signal = signal;
    if (signal.aborted) queueMicrotask(this.#interrupt);
    else signal.addEventListener("abort", this.#interrupt);
  }

  pull(controller: DirectController): Promise<void> {
    this.#signal.removeEventListener("abort", this.#interrupt); // from here on `cancel` is called
    this.#controller = controller;
    return new Promise((resolve, reject) => {
      this.#settle = { end: resolve, cut: reject };
      if (!this.#done) this.#source.start(this);
      else reject();
    });
  }

  cancel(): void {
    if (this.#done) return;
    this.#done = true;
    this.#settle?.end();
    this.#source.interrupted();
  }

  ready(): boolean {
    return this.#bufferedAmount === 0 && this.#rest === undefined;
  }

  get bufferedAmount(): number {
    return this.#bufferedAmount + (this.#rest?.byteLength ?? 0);
  }

  write(text: string, isAscii: boolean): void {
    if (isAscii && text.length <= MAX_CHUNK_BYTES) this.#write(text, text.length);
    else this.#writeBytes(this.#encoder.encode(text));
  }

  writeShared(shared: SharedText): void {
    this.#writeBytes(shared.bytes);
  }

  end(): void {
    if (this.#done) return;
    if (this.ready()) this.#finish();
    else this.isLeaving = true; // Bun would send what waits, and tell nobody
  }

  terminate(): void {
    this.#done = true;
    this.#settle?.cut();
  }

  #finish(): void {
    this.#done = true;
    this.#controller?.end();
    this.#settle?.end();
  }

  #writeBytes(bytes: Uint8Array): void {
    if (bytes.byteLength > MAX_CHUNK_BYTES) this.#writeParts(bytes);
    else this.#write(bytes, bytes.byteLength);
  }

  /** As many parts as Bun takes now; the rest once it has caught up. */
  #writeParts(bytes: Uint8Array): void {
    let rest = bytes;
    while (rest.byteLength > 0 && this.#bufferedAmount === 0 && !this.#done) {
      const part = rest.subarray(0, HIGH_WATER_MARK);
      rest = rest.subarray(HIGH_WATER_MARK);
      this.#write(part, part.byteLength);
    }
    this.#rest = rest.byteLength > 0 ? rest : undefined;
  }

  #write(content: string | Uint8Array, byteLength: number): void {
    if (this.#done) return;
    const taken = this.#controller?.write(content);
    this.#controller?.flush();
    if (typeof taken === "object") {
      this.#bufferedAmount += byteLength;
      taken.then(
        () => this.#drained(),
        () => {}, // `cancel` is called
      );
    }
  }

  #drained(): void {
    if (this.#done || this.#bufferedAmount === 0) return;
    this.#bufferedAmount = 0;
    if (this.#rest !== undefined) this.#writeParts(this.#rest);
    if (!this.ready()) return;
    if (this.isLeaving) {
      this.isLeaving = false;
      this.#finish();
      this.#source.left();
    } else {
      this.#source.drained();
    }
  }
}
