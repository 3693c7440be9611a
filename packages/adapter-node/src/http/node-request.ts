import type { IncomingMessage } from "node:http";

/** What may stand in a `Host` (RFC 9110, section 7.2); anything more could pass for another path, or for credentials. */
const HOST = /^[\w.-]+(?::\d+)?$|^\[[\da-f:.]+\](?::\d+)?$/i;

/** Path and query of a request, also where its target is a whole URL (RFC 9112, section 3.2.2). */
export function pathAndQuery(message: IncomingMessage): string {
  const target = message.url ?? "/";
  if (target.startsWith("/")) return target;
  if (!URL.canParse(target)) return "/";
  const { pathname, search } = new URL(target);
  return pathname + search;
}

/** The whole URL of a request; `localhost` stands for a `Host` that is missing (HTTP/1.0) or malformed. */
export function requestUrl(message: IncomingMessage, target: string): string {
  return toUrl(schemeOf(message), message.headers.host ?? "", target);
}

function schemeOf({ socket }: IncomingMessage): "http" | "https" {
  return "encrypted" in socket ? "https" : "http";
}

function toUrl(scheme: string, host: string, target: string): string {
  const url = `${scheme}://${host}${target}`;
  return HOST.test(host) && URL.canParse(url) ? url : `${scheme}://localhost${target}`;
}

/** A request's headers, those repeated kept apart. */
export function toHeaders(message: IncomingMessage): Headers {
  return parseHeaders(message.rawHeaders);
}

/** `raw` is what Node calls raw headers: names and values in turn. */
function parseHeaders(raw: readonly string[]): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] ?? "";
    if (!name.startsWith(":")) headers.append(name, raw[index + 1] ?? "");
  }
  return headers;
}

/**
 * A request without its body, to be made later. The message itself would keep five times the memory, for as long as there is
 * a session: what it was is kept as one text, since no header holds a line feed.
 */
export function snapshotRequest(message: IncomingMessage, target: string): () => Request {
  const scheme = schemeOf(message);
  const { method = "GET" } = message;
  const { host } = message.headers;
  const lines = message.rawHeaders.join("\n");
  return () =>
    new Request(toUrl(scheme, host ?? "", target), {
      method,
      headers: parseHeaders(lines.split("\n")),
    });
}
