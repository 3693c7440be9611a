import type { Reply } from "./http.ts";
import type { SharedText } from "./outbound-message.ts";
import type { Runtime } from "./runtime.ts";
import type { FrameSource, Sink } from "./sink.ts";

/**
 * The answer to a polling request as a `Response` that is made when its one frame is there: cheaper than a stream, and head
 * and frame go out together. The abort is noticed by the request's signal.
 */
export function singleFrameResponse(
  reply: Reply,
  source: FrameSource,
  signal: AbortSignal,
  runtime: Pick<Runtime, "wholeBody">,
): Promise<Response> {
  return new Promise((resolve) => {
    const sink = new SingleFrameSink(reply, source, runtime, resolve);
    if (signal.aborted) {
      sink.interrupt();
      return;
    }
    signal.addEventListener("abort", () => sink.interrupt(), { once: true });
    source.start(sink);
  });
}

class SingleFrameSink implements Sink {
  readonly #reply: Reply;
  readonly #source: FrameSource;
  readonly #runtime: Pick<Runtime, "wholeBody">;
  #resolve: ((response: Response) => void) | undefined;
  #frame: string | Uint8Array<ArrayBuffer> = "";

  constructor(
    reply: Reply,
    source: FrameSource,
    runtime: Pick<Runtime, "wholeBody">,
    resolve: (response: Response) => void,
  ) {
    this.#reply = reply;
    this.#source = source;
    this.#runtime = runtime;
    this.#resolve = resolve;
  }

  get bufferedAmount(): number {
    return 0;
  }

  ready(): boolean {
    return true;
  }

  write(text: string): number {
    this.#frame = text;
    return text.length;
  }

  writeShared(shared: SharedText): number {
    this.#frame = shared.bytes;
    return shared.bytes.byteLength;
  }

  end(): void {
    const { status, headers } = this.#reply;
    const body = this.#runtime.wholeBody?.(this.#frame) ?? this.#frame;
    this.#settle(() => new Response(body, { status, headers }));
  }

  terminate(): void {
    this.#settle(() => new Response(null, { status: 503 }));
  }

  /** The client has gone; whatever is answered reaches nobody. */
  interrupt(): void {
    if (this.#resolve === undefined) return; // some runtimes abort the signal after every answer
    this.#settle(() => new Response(null, { status: 204 }));
    this.#source.interrupted();
  }

  #settle(create: () => Response): void {
    const resolve = this.#resolve;
    this.#resolve = undefined;
    resolve?.(create());
  }
}
