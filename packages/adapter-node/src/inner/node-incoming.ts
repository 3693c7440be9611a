import type { IncomingMessage } from "node:http";
import type { Incoming, Reply, SocketListener } from "@sockjs-fetch/core/adapter";
import { buildRequest, partsOf, snapshotParts, splitTarget } from "../http/node-request.ts";
import { readBody, type BodyReading } from "./read-body.ts";

/** A request of `node:http` as the core reads it: no `Request` is made unless the application looks at it. */
export class NodeIncoming implements Incoming {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly upgrade: ((listener: SocketListener) => Reply) | undefined;
  readonly #message: IncomingMessage;
  readonly #target: string;
  #reading: BodyReading | undefined;

  /** `target` is the path with its query, as {@link pathAndQuery} gives it. */
  constructor(
    message: IncomingMessage,
    target: string,
    upgrade?: (listener: SocketListener) => Reply,
  ) {
    this.method = message.method ?? "GET";
    [this.path, this.query] = splitTarget(target);
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

  get receivedCount(): number {
    return this.#message.socket.bytesRead;
  }

  get isSecure(): boolean {
    return "encrypted" in this.#message.socket;
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
    const message = this.#message;
    const { socket } = message;
    this.#reading = {
      declared: Number(message.headers["content-length"] ?? 0),
      limit,
      received: () => socket.bytesRead,
      cut: () => message.destroy(),
    };
    return readBody(message, this.#reading);
  }

  dropBody(): void {
    this.#reading?.drop?.(new Error("Request stopped coming"));
  }

  toRequest(): Request {
    return buildRequest(partsOf(this.#message, this.#target));
  }

  snapshot(): () => Request {
    return snapshotParts(partsOf(this.#message, this.#target));
  }

  liftTimeout(): void {
    const { socket } = this.#message;
    if (socket.timeout !== undefined && socket.timeout > 0) socket.setTimeout(0);
  }
}
