import type { IncomingMessage } from "node:http";
import type { Incoming, Reply, SocketListener } from "@sockjs-fetch/core/adapter";
import { requestUrl, snapshotRequest, toHeaders } from "../http/node-request.ts";

/** A request of `node:http` as the core reads it: no `Request` is made unless the application looks at it. */
export class NodeIncoming implements Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly upgrade: ((listener: SocketListener) => Reply) | undefined;
  readonly #message: IncomingMessage;
  readonly #target: string;

  /** `target` is the path with its query, as {@link pathAndQuery} gives it. */
  constructor(
    message: IncomingMessage,
    target: string,
    upgrade?: (listener: SocketListener) => Reply,
  ) {
    const mark = target.indexOf("?");
    this.method = message.method ?? "GET";
    this.path = mark < 0 ? target : target.slice(0, mark);
    this.query = mark < 0 ? "" : target.slice(mark + 1);
    this.upgrade = upgrade;
    this.#message = message;
    this.#target = target;
  }

  get remoteAddress(): string | undefined {
    return this.#message.socket.remoteAddress;
  }

  get bodyTaken(): boolean {
    return this.#message.readableDidRead;
  }

  get gone(): boolean {
    return this.#message.socket.destroyed;
  }

  header(name: string): string | undefined {
    // RFC 9110, section 7.8: HTTP/1.0 has no upgrades.
    if (name === "upgrade" && this.#message.httpVersion === "1.0") return undefined;
    const value = this.#message.headers[name];
    return Array.isArray(value) ? value.join(", ") : value;
  }

  readBody(limit: number): Promise<Uint8Array | undefined> {
    return readBody(this.#message, limit);
  }

  toRequest(): Request {
    return new Request(requestUrl(this.#message, this.#target), {
      method: this.method,
      headers: toHeaders(this.#message),
    });
  }

  snapshot(): () => Request {
    return snapshotRequest(this.#message, this.#target);
  }

  liftTimeout(): void {
    const { socket } = this.#message;
    if (socket.timeout !== undefined && socket.timeout > 0) socket.setTimeout(0);
  }
}

/**
 * Reads a body of at most `limit` bytes. The rest of a larger one is read and dropped, so that the answer can reach a client
 * that is still sending; one that goes on for another `limit` bytes is cut off.
 */
function readBody(message: IncomingMessage, limit: number): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    if (message.destroyed) reject(new Error("Request ended early")); // while something else was waited for
    const chunks: Buffer[] = [];
    let length = 0;
    if (Number(message.headers["content-length"]) > limit) resolve(undefined);
    message.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      resolve(undefined);
      if (length > 2 * limit) message.destroy();
    });
    message.on("end", () => {
      const [only] = chunks;
      resolve(chunks.length === 1 ? only : Buffer.concat(chunks));
    });
    message.on("close", () => {
      if (!message.readableEnded) reject(new Error("Request ended early")); // an error takes long to make
    });
    message.on("error", reject);
  });
}
