import { isMadeByTransport } from "../http/fetch-metadata.ts";
import type { RequestMarks, Incoming, Reply } from "../seam/exchange.ts";
import { addSessionCookie } from "../http/cookie.ts";
import { isAllowedOrigin, saysWhereFrom } from "../http/origin.ts";
import { addCorsHeaders, noStoreHeaders, plainText } from "../http/replies.ts";
import { SockJSError } from "../options/errors.ts";
import type { ServerParts } from "./server-parts.ts";

/** The headers that every answer under a session URL has, once its origin is allowed: never kept, CORS, the cookie (protocol, section 3). */
export function sessionHeaders(parts: ServerParts, incoming: Incoming): Record<string, string> {
  const headers = noStoreHeaders();
  addCorsHeaders(headers, incoming);
  addSessionCookie(headers, incoming, parts.options);
  return headers;
}

/** An answer that refuses a request to a session URL, with the headers that every answer there has. */
export function withHeaders(reply: Reply, headers: Readonly<Record<string, string>>): Reply {
  return reply.kind === "text" ? { ...reply, headers: { ...headers, ...reply.headers } } : reply;
}

/** The answer to a request whose origin is not allowed, or nothing (RFC 6454; ARCHITECTURE.md, "Security"). */
function refuseOrigin(parts: ServerParts, incoming: Incoming): Reply | undefined {
  const report = (failure: string, cause: unknown): void => {
    const message = `Cannot judge origin: option "origins" ${failure}`;
    parts.reporter.report(new SockJSError("ERR_SOCKJS_AUTHORIZE", message, { cause }));
  };
  try {
    const tell = (mistake: TypeError): void => report("returned a promise", mistake);
    if (isAllowedOrigin(parts.options, incoming, tell)) return undefined;
  } catch (cause) {
    report("threw", cause);
    return plainText(500, "Internal error\n");
  }
  return notAllowed(parts);
}

/**
 * The answer to a request to a session URL that is not to be taken, or nothing: its origin is not allowed or, where origins
 * are restricted, it is not made as its transport makes it.
 */
export function refuseSession(
  parts: ServerParts,
  incoming: Incoming,
  marks: RequestMarks,
): Reply | undefined {
  const { origins } = parts.options;
  if (origins === "*" || isMadeByTransport(incoming, marks)) return refuseOrigin(parts, incoming);
  parts.reporter.log({ level: "warn", event: "refuse", reason: "not made by a transport" });
  return plainText(403, "Not a request of a SockJS transport\n", { Vary: "Origin" });
}

/**
 * The answer to a page that may not frame the iframe page, or nothing: what runs in the frame is of the server's own origin.
 * Unless the browser judges, by a `frame-ancestors` that names who may, a request must say where it comes from.
 */
export function refuseFraming(
  parts: ServerParts,
  incoming: Incoming,
  browserJudges: boolean,
): Reply | undefined {
  if (browserJudges || saysWhereFrom(incoming)) return refuseOrigin(parts, incoming);
  return notAllowed(parts);
}

function notAllowed({ reporter }: ServerParts): Reply {
  reporter.log({ level: "warn", event: "refuse", reason: "origin" });
  return plainText(403, "Origin not allowed\n", { Vary: "Origin" });
}
