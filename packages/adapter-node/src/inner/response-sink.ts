import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import {
  HIGH_WATER_MARK,
  type FramesReply,
  type SharedText,
  type Sink,
} from "@sockjs-fetch/core/adapter";
import { readyToWrite } from "../http/ready-to-write.ts";
import { writeHead } from "./write-head.ts";

/** How long a client may take nothing of a response that has been written to its end, in milliseconds. */
export const STALL_TIMEOUT_MS = 30_000;

const CRLF = "\r\n";
const HTTP_1_1 = 1; // the minor version from which on bodies may be chunked (RFC 9112, section 7.1)

/**
 * Writes frames straight to the socket of a response, each as a chunk of its own. The head goes out with the first. Not by
 * `response.write`: it costs twice as much, and on Node 26 it gathers the writes of one turn in one chunk.
 */
export class ResponseSink implements Sink {
  readonly #response: ServerResponse;
  readonly #reply: FramesReply;
  readonly #socket: WatchedSocket;
  readonly #chunked: boolean;
  #headSent = false;
  #only: OnlyWrite | undefined;
  #done = false;

  /** The response must have its socket: one that waits for an earlier response on the same connection has not. */
  constructor(response: ServerResponse, reply: FramesReply) {
    this.#response = response;
    this.#reply = reply;
    this.#socket = response.req.socket;
    this.#chunked = response.req.httpVersionMinor >= HTTP_1_1;
    watch(this.#socket, this);
  }

  get bufferedAmount(): number {
    return this.#socket.writableLength;
  }

  ready(): boolean {
    return readyToWrite(this.#socket, this.#reply.source);
  }

  write(text: string, isAscii: boolean): void {
    const length = isAscii ? text.length : Buffer.byteLength(text);
    const encoding = isAscii ? "latin1" : "utf8"; // a copy, where UTF-8 is a conversion
    if (this.#reply.source.endsAfterFirstWrite) {
      this.#only = { content: text, length, encoding };
      return;
    }
    this.#sendHead();
    this.#socket.write(this.#chunked ? `${length.toString(16)}\r\n${text}\r\n` : text, encoding);
  }

  writeShared(shared: SharedText): void {
    const { bytes } = shared;
    if (this.#reply.source.endsAfterFirstWrite) {
      this.#only = { content: bytes, length: bytes.byteLength, encoding: "utf8" };
      return;
    }
    this.#sendHead();
    if (this.#chunked) {
      const chunk = (shared.wireForm ??= toChunk(bytes)) as Uint8Array; // only ever set here for this transport
      this.#socket.write(chunk);
    } else {
      this.#socket.write(bytes);
    }
  }

  end(): void {
    this.#finish();
    const only = this.#only;
    if (only === undefined) {
      this.#sendHead();
      this.#response.end();
      return;
    }
    writeHead(this.#response, 200, this.#reply.headers, only.length);
    this.#response.end(only.content, only.encoding);
    // A large response stays in memory until its client has taken it; Node cuts off one that takes nothing for so long,
    // and sets the time-out anew when the response has gone.
    if (this.#socket.writableLength >= HIGH_WATER_MARK) this.#socket.setTimeout(STALL_TIMEOUT_MS);
  }

  terminate(): void {
    this.#finish();
    this.#response.destroy();
  }

  /** The client's connection has ended. */
  interrupted(): void {
    if (this.#done) return;
    this.#finish();
    this.#reply.source.interrupted();
    this.#response.destroy();
  }

  #finish(): void {
    this.#done = true;
    this.#socket[SINK] = undefined;
  }

  #sendHead(): void {
    if (this.#headSent) return;
    this.#headSent = true;
    writeHead(this.#response, 200, this.#reply.headers);
    this.#response.flushHeaders();
  }
}

/** The one write of a response that ends after it; `length` in bytes. */
interface OnlyWrite {
  readonly content: string | Uint8Array;
  readonly length: number;
  readonly encoding: "latin1" | "utf8";
}

function toChunk(bytes: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from(bytes.byteLength.toString(16) + CRLF),
    bytes,
    Buffer.from(CRLF),
  ]);
}

const SINK: unique symbol = Symbol("sink of the response that a socket is on");
type WatchedSocket = Socket & { [SINK]?: ResponseSink | undefined };

/** Has a sink told when its client goes, at the first sign: Node closes the response itself only some turns later. */
function watch(socket: WatchedSocket, sink: ResponseSink): void {
  const isWatched = SINK in socket;
  socket[SINK] = sink; // a socket is on one response at a time
  if (isWatched) return;
  const interrupt = (): void => socket[SINK]?.interrupted();
  socket.on("end", interrupt);
  socket.on("close", interrupt);
}
