import {
  connect,
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type ClientSessionOptions,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type SecureClientSessionOptions,
} from "node:http2";
import { once } from "node:events";
import { onTestFinished } from "vitest";
import { within } from "../../../../tests/harness/deadline.ts";
import { TLS } from "./tls.ts";

const DEADLINE_MS = 2000;

/** Opens a connection by HTTP/2 that ends with the test: by TLS, unless told otherwise. */
export function connectHttp2(
  port: number,
  options: ClientSessionOptions & SecureClientSessionOptions = {},
  scheme: "http" | "https" = "https",
): ClientHttp2Session {
  const session = connect(`${scheme}://localhost:${port}`, { ca: TLS.cert, ...options });
  session.on("error", () => {}); // `close` follows
  onTestFinished(() => session.destroy());
  return session;
}

/** One exchange, read as it comes. */
export class Http2Exchange {
  readonly stream: ClientHttp2Stream;
  readonly #head: Promise<IncomingHttpHeaders>;
  #text = "";
  #wake: () => void = () => {};

  constructor(session: ClientHttp2Session, headers: OutgoingHttpHeaders, body?: string) {
    this.stream = session.request(headers, { endStream: body === undefined });
    this.stream.on("error", () => {}); // `close` follows
    this.#head = once(this.stream, "response").then(([head]) => head as IncomingHttpHeaders);
    this.#head.catch(() => {}); // where nobody waits for it
    this.stream.setEncoding("utf8").on("data", (text: string) => {
      this.#text += text;
      this.#wake();
    });
    this.stream.on("close", () => this.#wake());
    if (body !== undefined) this.stream.end(body);
  }

  /** The answer's head. */
  head(): Promise<IncomingHttpHeaders> {
    return within(this.#head, DEADLINE_MS, "the head of an answer");
  }

  /** Waits until what has come, and has not been read before, ends with this; reads it. */
  async readUntil(end: string): Promise<string> {
    const arrived = (async () => {
      while (!this.#text.endsWith(end)) await this.#more();
    })();
    await within(
      arrived,
      DEADLINE_MS,
      `${JSON.stringify(end)} after ${JSON.stringify(this.#text)}`,
    );
    const text = this.#text;
    this.#text = "";
    return text;
  }

  /** Waits for the end of the answer; gives what has not been read before. */
  async readToEnd(): Promise<string> {
    const ended = (async () => {
      while (!this.stream.closed) await this.#more();
    })();
    await within(ended, DEADLINE_MS, "the end of an answer");
    return this.#text;
  }

  #more(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}

/** Sends a request and reads its whole answer. */
export async function ask(
  session: ClientHttp2Session,
  method: string,
  path: string,
  request: { readonly headers?: OutgoingHttpHeaders; readonly body?: string } = {},
): Promise<{ readonly status: number; readonly head: IncomingHttpHeaders; readonly body: string }> {
  const headers = { ":method": method, ":path": path, ...request.headers };
  const exchange = new Http2Exchange(session, headers, request.body);
  const head = await exchange.head();
  return { status: Number(head[":status"]), head, body: await exchange.readToEnd() };
}
