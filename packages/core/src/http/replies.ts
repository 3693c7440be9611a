import type { Incoming, TextReply } from "../seam/exchange.ts";

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
): TextReply {
  Object.assign(headers, cacheableHeaders());
  headers["Access-Control-Max-Age"] = String(ONE_YEAR_SECONDS);
  headers["Access-Control-Allow-Methods"] = methods;
  addCorsHeaders(headers, incoming);
  return { kind: "text", status: 204, headers, body: null };
}

/** A short answer in plain text that is never cached. */
export function plainText(status: number, body: string, more?: Record<string, string>): TextReply {
  const headers = noStoreHeaders();
  headers["Content-Type"] = "text/plain; charset=UTF-8";
  return { kind: "text", status, headers: Object.assign(headers, more), body };
}

/** Whatever the protocol does not know (protocol, head). */
export function notFound(): TextReply {
  return plainText(404, "Not found\n");
}

/** A known URL asked with another method (protocol, section 3): no body, no type. */
export function methodNotAllowed(allow: string): TextReply {
  return {
    kind: "text",
    status: 405,
    headers: { Allow: allow, "Cache-Control": NO_STORE },
    body: null,
  };
}
