import type { FramesReply } from "../seam/exchange.ts";
import { createResponse } from "./create-response.ts";
import type { SharedText } from "../wire/outbound-message.ts";
import { isGone, type Runtime } from "../seam/runtime.ts";
import type { Sink } from "../seam/sink.ts";

/**
 * The answer to a polling request. Where the frame is there already, or where a signal tells of an abort, it is a `Response`
 * made with the frame: cheaper than a stream, and head and frame go out together. Else it is a stream, whose `cancel` tells.
 */
export function singleFrameResponse(
  reply: FramesReply,
  request: Request,
  runtime: Pick<Runtime, "isGone" | "abortSignal" | "wholeBody">,
): Response | Promise<Response> {
  const { source } = reply;
  const sink = new SingleFrameSink(reply, request, runtime);
  if (isGone(request, runtime)) {
    source.interrupted();
    return new Response(null, { status: 204 }); // reaches nobody
  }
  source.start(sink);
  if (sink.response !== undefined) return sink.response;
  const signal = runtime.abortSignal?.(request);
  if (signal === undefined) return createResponse(sink.stream(), 200, reply.headers);
  return new Promise((resolve) => {
    sink.onEnd = resolve;
    if (signal.aborted) sink.interrupt();
    else signal.addEventListener("abort", () => sink.interrupt(), { once: true });
  });
}

class SingleFrameSink implements Sink {
  /** The answer, once it is known, unless it is a stream. */
  response: Response | undefined;
  /** Called with the answer, where it is waited for. */
  onEnd: ((response: Response) => void) | undefined;
  /** Held, since on Node 24 and 26 its signal tells of nothing once the request has been collected. */
  readonly request: Request;
  readonly #reply: FramesReply;
  readonly #runtime: Pick<Runtime, "wholeBody">;
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #frame: string | Uint8Array<ArrayBuffer> = "";
  #done = false;

  constructor(reply: FramesReply, request: Request, runtime: Pick<Runtime, "wholeBody">) {
    this.request = request;
    this.#reply = reply;
    this.#runtime = runtime;
  }

  /** A body that ends with the frame, for an answer that goes out before it. */
  stream(): ReadableStream<Uint8Array> {
    return new ReadableStream({
      start: (controller) => {
        this.#controller = controller;
      },
      cancel: () => this.interrupt(),
    });
  }

  get bufferedAmount(): number {
    return 0;
  }

  ready(): boolean {
    return true;
  }

  write(text: string): void {
    this.#frame = text;
  }

  writeShared(shared: SharedText): void {
    this.#frame = shared.bytes;
  }

  end(): void {
    if (this.#controller === undefined) {
      const body = this.#runtime.wholeBody?.(this.#frame) ?? this.#frame;
      this.#settle(createResponse(body, 200, this.#reply.headers));
      return;
    }
    this.#done = true;
    const bytes =
      typeof this.#frame === "string" ? new TextEncoder().encode(this.#frame) : this.#frame;
    try {
      this.#controller.enqueue(bytes);
      this.#controller.close();
    } catch {
      // cancelled in this same turn, before `cancel` was called
    }
  }

  terminate(): void {
    if (this.#controller === undefined) this.#settle(new Response(null, { status: 503 }));
    else this.#controller.error(); // as in `streamBody`
    this.#done = true;
  }

  /** The client has gone; whatever is answered reaches nobody. */
  interrupt(): void {
    if (this.#done) return; // some runtimes abort the signal after every answer
    if (this.#controller === undefined) this.#settle(new Response(null, { status: 204 }));
    this.#done = true;
    this.#reply.source.interrupted();
  }

  #settle(response: Response): void {
    if (this.#done) return;
    this.#done = true;
    this.response = response;
    this.onEnd?.(response);
  }
}
