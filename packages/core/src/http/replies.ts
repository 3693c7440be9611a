import type { FrameSource } from "../seam/sink.ts";
import type { SocketListener } from "../seam/socket.ts";

/** The thin view of a request that the core reads; making one costs little where a `Request` costs much. */
export interface Incoming {
  /** In upper case, as it came. */
  readonly method: string;
  /** Path as it came, percent-encoding kept, without query. */
  readonly path: string;
  /** Query without the question mark, empty when there is none. */
  readonly query: string;
  /** The other end's address as the runtime knows it, proxies not considered. */
  readonly remoteAddress: string | undefined;
  /** Whether the client is known to have gone. */
  readonly gone: boolean;
  /** A header by its lower-case name; several of one name joined by commas. */
  header(name: string): string | undefined;
  /** Whether somebody before us has read the body: a middleware, for one. */
  readonly bodyTaken: boolean;
  /**
   * The whole body, at most `limit` bytes; `undefined` when it is larger, with the rest left unread. Rejects when the body
   * ends early.
   */
  readBody(limit: number): Promise<Uint8Array | ArrayBuffer | undefined>;
  /** The request without its body, for the application. */
  toRequest(): Request;
  /** As `toRequest`, made when called: also when the exchange is over and the runtime has let the request go. */
  snapshot(): () => Request;
  /** Called for a response that may stay idle for long, before it is returned: lifts the runtime's idle time-out. */
  liftTimeout(): void;
  /** Upgrades to a WebSocket; `undefined` where this runtime or this way in has none. */
  readonly upgrade: ((listener: SocketListener) => Reply) | undefined;
}

/** A plain answer, written by `fetch` as a `Response` or by an adapter straight to its socket. */
export interface Reply {
  /** Status code. */
  readonly status: number;
  /** Headers by name; those a runtime adds by itself are left out. */
  readonly headers: Readonly<Record<string, string>>;
  /** A text, nothing, or frames to come. */
  readonly body: string | null | FrameSource;
  /** A ready `Response` that stands for all of the above: the application's refusal, or the runtime's answer to an upgrade. */
  readonly response?: Response;
}

/** Value of `Cache-Control` where nothing may be kept or changed on the way (protocol, section 3). */
const NO_STORE = "no-store, no-cache, no-transform, must-revalidate, max-age=0";
const ONE_YEAR_SECONDS = 31_536_000; // protocol, section 3

/**
 * Headers of every session URL and of info (protocol, section 3). A literal: a copy by spreading makes every header that is
 * added later cost several times as much in V8, which is a tenth of a small request.
 */
export function noStoreHeaders(): Record<string, string> {
  return { "Cache-Control": NO_STORE, "X-Content-Type-Options": "nosniff" };
}

/** Headers of what may be kept for a year (protocol, sections 1 and 3). */
export function cacheableHeaders(): Record<string, string> {
  return {
    "Cache-Control": `public, max-age=${ONE_YEAR_SECONDS}`,
    Expires: new Date(Date.now() + ONE_YEAR_SECONDS * 1000).toUTCString(),
  };
}

/**
 * Adds the CORS headers: a request with an origin is answered with it and credentials, one without with `*` (protocol,
 * section 3).
 */
export function addCorsHeaders(headers: Record<string, string>, incoming: Incoming): void {
  const origin = incoming.header("origin");
  if (origin === undefined || origin === "") {
    headers["Access-Control-Allow-Origin"] = "*";
  } else {
    headers["Access-Control-Allow-Origin"] = origin;
    headers["Access-Control-Allow-Credentials"] = "true";
  }
  headers["Vary"] = "Origin";
  const requested = incoming.header("access-control-request-headers");
  if (requested !== undefined && requested !== "")
    headers["Access-Control-Allow-Headers"] = requested;
}

/** The answer to a preflight (protocol, section 3); `methods` as in `OPTIONS, POST`. */
export function preflight(
  incoming: Incoming,
  methods: string,
  headers: Record<string, string>,
): Reply {
  Object.assign(headers, cacheableHeaders());
  headers["Access-Control-Max-Age"] = String(ONE_YEAR_SECONDS);
  headers["Access-Control-Allow-Methods"] = methods;
  addCorsHeaders(headers, incoming);
  return { status: 204, headers, body: null };
}

/** A short answer in plain text that is never cached. */
export function plainText(status: number, body: string, more?: Record<string, string>): Reply {
  const headers = noStoreHeaders();
  headers["Content-Type"] = "text/plain; charset=UTF-8";
  return { status, headers: Object.assign(headers, more), body };
}

/** Whatever the protocol does not know (protocol, head). */
export function notFound(): Reply {
  return plainText(404, "Not found\n");
}

/** A known URL asked with another method (protocol, section 3): no body, no type. */
export function methodNotAllowed(allow: string): Reply {
  return { status: 405, headers: { Allow: allow, "Cache-Control": NO_STORE }, body: null };
}
