import type { Incoming, Reply } from "../seam/exchange.ts";
import { isGone, type Runtime } from "../seam/runtime.ts";
import { createResponse } from "./create-response.ts";
import { readStream } from "./read-stream.ts";
import { singleFrameResponse } from "./single-frame-response.ts";
import { streamBody } from "./stream-sink.ts";
import type { TurnQueue } from "../time/turn-queue.ts";
import type { SocketListener } from "../seam/socket.ts";

/** A `Request` as the core reads it. `args` is what the runtime, or a framework above, passed after it. */
export function toIncoming(request: Request, args: readonly unknown[], runtime: Runtime): Incoming {
  return new FetchIncoming(request, args, runtime);
}

/** A plain answer as a `Response`; frames to come are streamed, or waited for where there will be just one. */
export function toResponse(
  reply: Reply,
  request: Request,
  runtime: Runtime,
  turns: TurnQueue,
): Response | Promise<Response> {
  switch (reply.kind) {
    case "text":
      // Bodyless answers are made with `null`: Deno gives an empty string a Content-Type.
      return createResponse(reply.body, reply.status, reply.headers);
    case "frames": {
      const { headers, source } = reply;
      if (source.endsAfterFirstWrite) return singleFrameResponse(reply, request, runtime);
      const respond = (): Response => {
        const stream = runtime.streamBody?.(source, request.signal) ?? streamBody(source, turns);
        return createResponse(stream, 200, headers);
      };
      if (runtime.unreadChunks !== "hoarded" || !hasUnreadBody(request)) return respond();
      return readStream(request.body, MAX_UNWANTED, 0, runtime)
        .catch(() => undefined)
        .then((body) => {
          if (body !== undefined) return respond();
          source.interrupted();
          return createResponse("Request has a body\n", 413, headers);
        });
    }
    case "response":
      return reply.response;
    case "upgraded":
      return reply.response ?? new Response(null); // `fetch` has to return something; the runtime does not write it
  }
}

/** The largest body that is read in one piece, in bytes. */
const MAX_WHOLE = 16_384;

/** The largest body that is read where none is wanted, in bytes. */
const MAX_UNWANTED = 16_384;

function hasUnreadBody({ headers, bodyUsed }: Request): boolean {
  if (bodyUsed) return false;
  return headers.has("transfer-encoding") || Number(headers.get("content-length") ?? 0) > 0;
}

class FetchIncoming implements Incoming {
  receivedCount = 0;
  #giveUp: ((cause: Error) => void) | undefined;
  readonly path: string;
  readonly query: string;
  readonly #request: Request;
  readonly #args: readonly unknown[];
  readonly #runtime: Runtime;
  readonly #host: string;

  constructor(request: Request, args: readonly unknown[], runtime: Runtime) {
    this.#request = request;
    this.#args = args;
    this.#runtime = runtime;
    this.#host = request.headers.get("host") ?? "";
    const [path, query] = splitUrl(request.url, this.#host);
    this.path = path;
    this.query = query;
  }

  get method(): string {
    return this.#request.method;
  }

  get remoteAddress(): string | undefined {
    return this.#runtime.remoteAddress?.(this.#request, this.#args);
  }

  get isSecure(): boolean {
    return this.#request.url.startsWith("https:");
  }

  get gone(): boolean {
    return isGone(this.#request, this.#runtime);
  }

  get upgrade(): ((listener: SocketListener) => Reply) | undefined {
    const upgrade = this.#runtime.upgrade?.bind(this.#runtime);
    if (upgrade === undefined) return undefined;
    return (listener) => ({
      kind: "upgraded",
      response: upgrade(this.#request, this.#args, listener),
    });
  }

  get bodyTaken(): boolean {
    return this.#request.bodyUsed;
  }

  header(name: string): string | undefined {
    // HTTP/2 has no `Host`: there the URL's authority says what was asked (RFC 9113, section 8.3.1).
    return this.#request.headers.get(name) ?? (name === "host" ? this.#authority() : undefined);
  }

  readBody(limit: number): Promise<Uint8Array | ArrayBuffer | undefined> {
    const declared = Number(this.header("content-length") ?? Number.NaN); // the runtime holds a body to it
    if (declared > limit) return Promise.resolve(undefined);
    return new Promise((resolve, reject) => {
      this.#giveUp = reject;
      // Only a small one is left to the runtime: Deno 2.9 sets all of a declared length aside before the first byte has come.
      if (declared <= MAX_WHOLE) this.#request.arrayBuffer().then(resolve, reject);
      else {
        const { body } = this.#request;
        readStream(body, limit, declared || 0, this.#runtime, this).then(resolve, reject);
      }
    });
  }

  dropBody(): void {
    this.#giveUp?.(new Error("Request stopped coming"));
  }

  #authority(): string | undefined {
    const { url } = this.#request;
    return URL.canParse(url) ? new URL(url).host : undefined;
  }

  toRequest(): Request {
    const { method, headers } = this.#request;
    return new Request(this.#toUrl()(), { method, headers });
  }

  /**
   * Deno forgets the headers after an upgrade, and when the response has ended; a copy of the request costs ten times this.
   * They are kept as one text, since no header holds a line feed. It is joined: a text that grows by `+=` keeps all its parts.
   */
  snapshot(): () => Request {
    const { method, headers } = this.#request;
    const toUrl = this.#toUrl();
    const parts: string[] = [];
    headers.forEach((value, name) => parts.push(name, value));
    const lines = parts.join("\n");
    return () => new Request(toUrl(), { method, headers: parseLines(lines) });
  }

  liftTimeout(): void {
    this.#runtime.liftTimeout?.(this.#request, this.#args);
  }

  /** The URL; with host `localhost` when `Host` is missing (HTTP/1.0) or invalid. */
  #toUrl(): () => string {
    const { url } = this.#request;
    const { path, query } = this;
    const host = this.#host;
    return () => {
      if (!URL_DELIMITER.test(host) && URL.canParse(url)) return url;
      return `http://localhost${path}${query === "" ? "" : `?${query}`}`;
    };
  }
}

/** Names and values in turn. */
function parseLines(lines: string): Headers {
  const headers = new Headers();
  const parts = lines.split("\n");
  for (let index = 0; index + 1 < parts.length; index += 2) {
    headers.append(parts[index] ?? "", parts[index + 1] ?? "");
  }
  return headers;
}

/** What cannot be part of a host (RFC 3986, section 3.2). */
const URL_DELIMITER = /[/?#\\@]/;

/**
 * Path and query of a URL. On Bun an HTTP/1.0 request without `Host` has a path alone. Deno 2.9 writes any `Host` into the
 * URL as it came, so the path is looked for after it: no header may change which path was asked for.
 */
function splitUrl(url: string, host: string): [path: string, query: string] {
  const scheme = url.indexOf("://");
  const authority = scheme + "://".length;
  const afterHost = url.startsWith(host, authority) ? authority + host.length : authority;
  const start = scheme < 0 ? 0 : url.indexOf("/", afterHost);
  if (start < 0) return ["/", ""];
  const hash = url.indexOf("#", start);
  const end = hash < 0 ? url.length : hash;
  const mark = url.indexOf("?", start);
  return mark < 0 || mark > end
    ? [url.slice(start, end), ""]
    : [url.slice(start, mark), url.slice(mark + 1, end)];
}
