import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import {
  HIGH_WATER_MARK,
  type FramesReply,
  type SharedText,
  type Sink,
} from "@sockjs-fetch/core/adapter";
import { readyToWrite } from "../http/ready-to-write.ts";
import { writeHead } from "../http/write-head.ts";

const CRLF = "\r\n";
const HTTP_1_1 = 1; // the minor version from which on bodies may be chunked (RFC 9112, section 7.1)

/**
 * What is larger goes to the socket in parts, each once the one before has gone: Node does not say how much of one write the
 * operating system has taken.
 */
const PART_BYTES = HIGH_WATER_MARK;

/**
 * Writes frames straight to the socket of a response, each as a chunk of its own. The head goes out with the first. Not by
 * `response.write`: it costs twice as much, and on Node 26 it gathers the writes of one turn in one chunk.
 */
export class ResponseSink implements Sink {
  readonly #response: ServerResponse;
  readonly #reply: FramesReply;
  readonly #socket: WatchedSocket;
  readonly #chunked: boolean;
  #only: OnlyWrite | undefined;
  /** What is to come of a write that goes out in parts. */
  #rest: Uint8Array | undefined;
  #state: "open" | "leaving" | "over" = "open";

  /** The response must have its socket: one that waits for an earlier response on the same connection has not. */
  constructor(response: ServerResponse, reply: FramesReply) {
    this.#response = response;
    this.#reply = reply;
    this.#socket = response.req.socket;
    this.#chunked = response.req.httpVersionMinor >= HTTP_1_1;
    watch(this.#socket, this);
  }

  get bufferedAmount(): number {
    return this.#socket.writableLength + (this.#rest?.byteLength ?? 0);
  }

  get isLeaving(): boolean {
    return this.#state === "leaving";
  }

  ready(): boolean {
    return this.#rest === undefined && readyToWrite(this.#socket, this.#reply.source);
  }

  write(text: string, isAscii: boolean): void {
    const length = isAscii ? text.length : Buffer.byteLength(text);
    const encoding = isAscii ? "latin1" : "utf8"; // a copy, where UTF-8 is a conversion
    if (this.#reply.source.endsAfterFirstWrite) {
      this.#only = { content: text, length, encoding };
      return;
    }
    this.#sendHead();
    const chunk = this.#chunked ? `${length.toString(16)}\r\n${text}\r\n` : text;
    if (length > PART_BYTES) this.#writeParts(Buffer.from(chunk, encoding));
    else this.#socket.write(chunk, encoding);
  }

  writeShared(shared: SharedText): void {
    const { bytes } = shared;
    if (this.#reply.source.endsAfterFirstWrite) {
      this.#only = { content: bytes, length: bytes.byteLength, encoding: "utf8" };
      return;
    }
    this.#sendHead();
    // The form on the wire is only ever set here for this transport.
    const chunk = this.#chunked ? ((shared.wireForm ??= toChunk(bytes)) as Uint8Array) : bytes;
    if (chunk.byteLength > PART_BYTES) this.#writeParts(chunk);
    else this.#socket.write(chunk);
  }

  end(): void {
    const only = this.#only;
    if (only === undefined) {
      this.#sendHead();
    } else {
      this.#only = undefined;
      writeHead(this.#response, 200, this.#reply.headers, only.length);
      if (only.length < PART_BYTES) {
        this.#finish();
        this.#response.end(only.content, only.encoding);
        return;
      }
      this.#response.flushHeaders();
      this.#writeParts(toBytes(only));
    }
    this.#state = "over"; // from now on the end of the connection is told as such
    if (this.#rest !== undefined || this.bufferedAmount >= HIGH_WATER_MARK) {
      this.#state = "leaving";
      this.#response.once("finish", () => this.#left());
    }
    if (this.#rest === undefined) this.#response.end();
  }

  terminate(): void {
    this.#finish();
    this.#response.destroy();
  }

  /** The browser's connection has ended. */
  interrupted(): void {
    const { source } = this.#reply;
    if (this.#state === "over") {
      source.parted();
    } else {
      source.interrupted();
      this.#response.destroy();
    }
    this.#finish();
  }

  #left(): void {
    if (this.#state !== "leaving") return;
    this.#state = "over";
    this.#reply.source.left();
  }

  #finish(): void {
    this.#state = "over";
    this.#rest = undefined;
    if (this.#socket[SINK] === this) this.#socket[SINK] = undefined;
  }

  #writeParts(bytes: Uint8Array): void {
    this.#rest = bytes.byteLength > PART_BYTES ? bytes.subarray(PART_BYTES) : undefined;
    this.#socket.write(bytes.subarray(0, PART_BYTES), (error) => this.#wrote(error));
  }

  #wrote(error: Error | null | undefined): void {
    if (error) return; // the end of the connection follows
    if (this.#rest !== undefined) this.#writeParts(this.#rest);
    else if (this.#state === "leaving") this.#response.end();
    else if (this.#state === "open") this.#reply.source.drained();
  }

  #sendHead(): void {
    if (this.#response.headersSent) return;
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

function toBytes({ content, encoding }: OnlyWrite): Uint8Array {
  return typeof content === "string" ? Buffer.from(content, encoding) : content;
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

/** Has a sink told when its browser goes, at the first sign: Node closes the response itself only some turns later. */
function watch(socket: WatchedSocket, sink: ResponseSink): void {
  const isWatched = SINK in socket;
  socket[SINK] = sink; // a socket is on one response at a time
  if (isWatched) return;
  const interrupt = (): void => socket[SINK]?.interrupted();
  socket.on("end", interrupt);
  socket.on("close", interrupt);
}
