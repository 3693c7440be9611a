import type { IncomingHttpHeaders, ServerHttp2Stream } from "node:http2";
import type { Incoming } from "@sockjs-fetch/core/adapter";
import {
  buildRequest,
  snapshotParts,
  splitTarget,
  type RequestParts,
} from "../http/node-request.ts";
import { readBody, type BodyReading } from "./read-body.ts";

/** A request by HTTP/2, as Node's `stream` event gives it. */
export interface Http2Request {
  /** Both ways of the exchange. */
  readonly stream: ServerHttp2Stream;
  /** By lower-case name, pseudo headers included. */
  readonly headers: IncomingHttpHeaders;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
}

/** A request by HTTP/2 as the core reads it. It cannot be upgraded: WebSockets come by HTTP/1.1, beside it. */
export class Http2Incoming implements Incoming {
  receivedCount = 0;
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly remoteAddress: string | undefined;
  readonly upgrade = undefined;
  readonly canUpgrade: boolean;
  readonly #request: Http2Request;
  readonly #target: string;
  #reading: BodyReading | undefined;

  /** `canUpgrade` tells whether the server takes HTTP/1.1 as well. */
  constructor(request: Http2Request, target: string, canUpgrade: boolean) {
    this.method = request.headers[":method"] ?? "GET";
    [this.path, this.query] = splitTarget(target);
    this.remoteAddress = request.stream.session?.socket.remoteAddress; // out of reach once the session has ended
    this.canUpgrade = canUpgrade;
    this.#request = request;
    this.#target = target;
  }

  get bodyTaken(): boolean {
    return this.#request.stream.readableDidRead;
  }

  get isSecure(): boolean {
    return this.#request.stream.session?.encrypted === true;
  }

  get gone(): boolean {
    return isGone(this.#request.stream);
  }

  header(name: string): string | undefined {
    if (name === "host") return this.#host;
    const value = this.#request.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  }

  readBody(limit: number): Promise<Uint8Array | undefined> {
    const { stream, headers } = this.#request;
    this.#reading = {
      declared: Number(headers["content-length"] ?? 0),
      limit,
      received: undefined,
      progress: this,
      cut: () => cut(stream),
    };
    return readBody(stream, this.#reading);
  }

  dropBody(): void {
    this.#reading?.drop?.(new Error("Request stopped coming"));
  }

  toRequest(): Request {
    return buildRequest(this.#parts);
  }

  snapshot(): () => Request {
    return snapshotParts(this.#parts);
  }

  /** The time-out is the whole session's here; Node has none by default. */
  liftTimeout(): void {
    this.#request.stream.session?.setTimeout(0);
  }

  /** RFC 9113, section 8.3.1: `:authority` counts, and stands in for `Host`. */
  get #host(): string | undefined {
    const { headers } = this.#request;
    return headers[":authority"] ?? headers.host;
  }

  get #parts(): RequestParts {
    const { rawHeaders } = this.#request;
    const host = this.#host;
    const raw: string[] = host === undefined ? [] : ["host", host];
    for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
      const [name = "", value = ""] = [rawHeaders[index], rawHeaders[index + 1]];
      if (name !== "host" && !name.startsWith(":")) raw.push(name, value);
    }
    return {
      scheme: this.isSecure ? "https" : "http",
      host: host ?? "",
      target: this.#target,
      method: this.method,
      rawHeaders: raw,
    };
  }
}

/**
 * Resets a stream. By an error: its `close`, with whichever code, ends it in good order first, and the browser would take half
 * a body for whole.
 */
export function cut(stream: ServerHttp2Stream): void {
  stream.destroy(new Error("Stream cut off"));
}

/** Whether a stream can be written to no more: it has ended, or its browser has reset it. */
export function isGone(stream: ServerHttp2Stream): boolean {
  return stream.destroyed || stream.closed || stream.aborted;
}
