import type { IncomingMessage, ServerResponse } from "node:http";
import type { NodeEnv } from "./node-env.ts";

/** What may stand in a `Host` (RFC 9110, section 7.2); anything more could pass for another path, or for credentials. */
const HOST = /^[\w.-]+(?::\d+)?$|^\[[\da-f:.]+\](?::\d+)?$/i;

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

/** A request of `node:http` as a `Request` with its body, for an application that takes one. */
export function toRequest(env: NodeEnv, target: string, signal: AbortSignal): Request {
  const { incoming, outgoing } = env;
  const method = incoming.method ?? "GET";
  const hasBody = method !== "GET" && method !== "HEAD";
  return new Request(requestUrl(incoming, target), {
    method,
    headers: toHeaders(incoming),
    signal,
    ...(hasBody && { body: toStream(incoming, outgoing), duplex: "half" as const }),
  });
}

function toStream(
  message: IncomingMessage,
  response: ServerResponse | undefined,
): ReadableStream<Uint8Array> {
  let done = false; // ended, failed or cancelled: the controller takes nothing more
  return new ReadableStream({
    start(controller) {
      const fail = (reason: string): void => {
        if (!done) controller.error(new Error(reason));
        done = true;
      };
      message.pause();
      message.on("data", (chunk: Buffer) => {
        if (done) return;
        controller.enqueue(chunk);
        if ((controller.desiredSize ?? 0) <= 0) message.pause();
      });
      message.on("end", () => {
        if (!done) controller.close();
        done = true;
      });
      message.on("close", () => fail("Request ended early"));
      message.on("error", () => {}); // `close` follows
      response?.on("finish", () => {
        fail("Request answered before its body was read");
        message.resume(); // drops the rest, which would hold up the next request of the connection
      });
    },
    pull() {
      message.resume();
    },
    cancel() {
      done = true;
      message.resume(); // drops the rest, so that the connection can be used again
    },
  });
}
