import type { IncomingMessage } from "node:http";

/** What may stand in a `Host` (RFC 9110, section 7.2); anything more could pass for another path, or for credentials. */
const HOST = /^[\w.-]+(?::\d+)?$|^\[[\da-f:.]+\](?::\d+)?$/i;

/** Path and query of a request, also where its target is a whole URL (RFC 9112, section 3.2.2). */
export function pathAndQuery(message: Pick<IncomingMessage, "url">): string {
  const target = message.url ?? "/";
  if (target.startsWith("/")) return target;
  if (!URL.canParse(target)) return "/";
  const { pathname, search } = new URL(target);
  return pathname + search;
}

/** The whole URL of a request; `localhost` stands for a `Host` that is missing (HTTP/1.0) or malformed. */
function toUrl(scheme: string, host: string, target: string): string {
  const url = `${scheme}://${host}${target}`;
  return HOST.test(host) && URL.canParse(url) ? url : `${scheme}://localhost${target}`;
}

/** `raw` is what Node calls raw headers: names and values in turn. Those repeated are kept apart. */
function parseHeaders(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? "";
    if (!name.startsWith(":")) headers.append(name, raw[index + 1] ?? "");
  }
  return headers;
}

/** Path and query of a target, the query without its question mark. */
export function splitTarget(target: string): readonly [path: string, query: string] {
  const mark = target.indexOf("?");
  return mark < 0 ? [target, ""] : [target.slice(0, mark), target.slice(mark + 1)];
}

/** What makes a `Request`, by whichever version of HTTP it came. */
export interface RequestParts {
  /** Of our own listener. */
  readonly scheme: "http" | "https";
  /** As it came; empty when it is missing. */
  readonly host: string;
  /** Path and query. */
  readonly target: string;
  /** In upper case, as it came. */
  readonly method: string;
  /** Names and values in turn. */
  readonly rawHeaders: readonly string[];
}

/** The parts of a request of `node:http`. */
export function partsOf(message: IncomingMessage, target: string): RequestParts {
  const { method = "GET", headers, rawHeaders, socket } = message;
  const scheme = "encrypted" in socket ? "https" : "http";
  return { scheme, host: headers.host ?? "", target, method, rawHeaders };
}

/** A request; without its body, unless `init` has one. */
export function buildRequest(parts: RequestParts, init: RequestInit = {}): Request {
  const { scheme, host, target, method, rawHeaders } = parts;
  const headers = parseHeaders(rawHeaders);
  return new Request(toUrl(scheme, host, target), { ...init, method, headers });
}

/**
 * A request without its body, to be made later. The message itself would keep five times the memory, for as long as there is
 * a session: what it was is kept as one text, since no header holds a line feed.
 */
export function snapshotParts(parts: RequestParts): () => Request {
  const { scheme, host, target, method } = parts;
  const lines = parts.rawHeaders.join("\n");
  return () => buildRequest({ scheme, host, target, method, rawHeaders: lines.split("\n") });
}
