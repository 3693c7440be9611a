import type { FramesReply } from "../seam/exchange.ts";
import { createResponse } from "./create-response.ts";
import { FrameBody } from "./frame-body.ts";
import type { SharedText } from "../wire/outbound-message.ts";
import { isGone, type Runtime } from "../seam/runtime.ts";
import { HIGH_WATER_MARK, type Sink } from "../seam/sink.ts";
import { encodeUtf8 } from "../wire/utf8.ts";

/**
 * The answer to a polling request. Where the frame is there already, or where a signal tells of an abort, it is a `Response`
 * made with the frame: cheaper than a stream, and head and frame go out together. Else it is a stream, whose `cancel` tells;
 * so is a large frame, of which it matters when it has left.
 */
export function singleFrameResponse(
  reply: FramesReply,
  request: Request,
  runtime: Pick<Runtime, "isGone" | "abortSignal" | "losesSignals" | "wholeBody">,
): Response | Promise<Response> {
  const { source } = reply;
  const sink = new SingleFrameSink(reply, runtime);
  if (runtime.losesSignals === true) sink.request = request;
  if (isGone(request, runtime)) {
    source.interrupted();
    return new Response(null, { status: 204 }); // reaches nobody
  }
  source.start(sink);
  const signal =
    sink.response === undefined || sink.isLeaving ? runtime.abortSignal?.(request) : undefined;
  signal?.addEventListener("abort", () => sink.interrupt(), { once: true });
  if (sink.response !== undefined) return sink.response;
  if (signal === undefined) return sink.respondByStream();
  return new Promise((resolve) => {
    sink.onEnd = resolve;
    if (signal.aborted) sink.interrupt();
  });
}

class SingleFrameSink implements Sink {
  /** The answer, once it is known. */
  response: Response | undefined;
  /** Called with the answer, where it is waited for. */
  onEnd: ((response: Response) => void) | undefined;
  /** Held where its signal would tell of nothing once the request has been collected. */
  request: Request | undefined;
  readonly #reply: FramesReply;
  readonly #runtime: Pick<Runtime, "wholeBody">;
  #body: FrameBody | undefined;
  #frame: string | Uint8Array<ArrayBuffer> = "";
  #done = false;

  constructor(reply: FramesReply, runtime: Pick<Runtime, "wholeBody">) {
    this.#reply = reply;
    this.#runtime = runtime;
  }

  /** The answer where it has to go out before the frame, or where the frame is large. */
  respondByStream(bytes?: Uint8Array): Response {
    const body = new FrameBody(this.#reply.source);
    this.#body = body;
    if (bytes !== undefined) body.give(bytes);
    return createResponse(body.toStream(), 200, this.#reply.headers);
  }

  get isLeaving(): boolean {
    return this.#body?.isLeaving === true;
  }

  get bufferedAmount(): number {
    return this.#body?.bufferedAmount ?? 0;
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
    const frame = this.#frame;
    this.#frame = "";
    const largeBytes = toLargeBytes(frame);
    if (this.#body !== undefined) {
      this.#done = true;
      this.#body.give(largeBytes ?? toBytes(frame));
    } else if (largeBytes === undefined) {
      const body = this.#runtime.wholeBody?.(frame) ?? frame;
      this.#settle(createResponse(body, 200, this.#reply.headers));
    } else {
      this.#settle(this.respondByStream(largeBytes));
    }
  }

  terminate(): void {
    if (this.#body === undefined) this.#settle(new Response(null, { status: 503 }));
    else this.#body.cut();
    this.#done = true;
  }

  /** The browser has gone; whatever is answered reaches nobody. */
  interrupt(): void {
    if (this.#done && !this.isLeaving) return; // some runtimes abort the signal after every answer
    if (this.#body === undefined) this.#settle(new Response(null, { status: 204 }));
    this.#done = true;
    this.#reply.source.interrupted();
    if (this.isLeaving) this.#body?.cut();
  }

  #settle(response: Response): void {
    if (this.#done) return;
    this.#done = true;
    this.response = response;
    this.onEnd?.(response);
  }
}

/** The bytes of a frame whose browser may take long to download it; `undefined` for any other, which need not be encoded. */
function toLargeBytes(frame: string | Uint8Array<ArrayBuffer>): Uint8Array | undefined {
  if (frame.length < HIGH_WATER_MARK / 3) return undefined; // a character takes three bytes at most
  const bytes = toBytes(frame);
  return bytes.byteLength < HIGH_WATER_MARK ? undefined : bytes;
}

function toBytes(frame: string | Uint8Array<ArrayBuffer>): Uint8Array {
  return typeof frame === "string" ? encodeUtf8(frame) : frame;
}
