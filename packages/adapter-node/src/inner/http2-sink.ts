import type { ServerHttp2Stream } from "node:http2";
import {
  HIGH_WATER_MARK,
  type FramesReply,
  type SharedText,
  type Sink,
} from "@sockjs-fetch/core/adapter";
import { readyToWrite } from "../http/ready-to-write.ts";
import { cut, isGone } from "./http2-incoming.ts";
import { pingSession } from "./http2-ping.ts";

/** How long a browser may take nothing of a response that has been written to its end, in milliseconds. */
const STALL_TIMEOUT_MS = 30_000;

/** Writes frames to a stream of HTTP/2, which has no chunks: each is one `write`. The head goes out with the first. */
export class Http2Sink implements Sink {
  readonly #stream: ServerHttp2Stream;
  readonly #reply: FramesReply;
  #only: string | Uint8Array | undefined;
  #done = false;

  constructor(stream: ServerHttp2Stream, reply: FramesReply) {
    this.#stream = stream;
    this.#reply = reply;
    const interrupt = (): void => this.#interrupt();
    stream.on("aborted", interrupt); // the first sign, where the browser resets the stream
    stream.on("close", interrupt);
  }

  get bufferedAmount(): number {
    return this.#stream.writableLength;
  }

  ready(): boolean {
    const { session } = this.#stream;
    if (session !== undefined && !session.destroyed) pingSession(session);
    return readyToWrite(this.#stream, this.#reply.source);
  }

  write(text: string, isAscii: boolean): void {
    if (this.#reply.source.endsAfterFirstWrite) this.#only = text;
    // Node counts the characters of a text as bytes.
    else if (!isAscii) this.#write(Buffer.from(text));
    else if (this.#sendHead()) this.#stream.write(text, "latin1");
  }

  writeShared(shared: SharedText): void {
    if (this.#reply.source.endsAfterFirstWrite) this.#only = shared.bytes;
    else this.#write(shared.bytes);
  }

  end(): void {
    this.#done = true;
    if (!this.#sendHead()) return;
    if (this.#only === undefined) this.#stream.end();
    else this.#stream.end(this.#only);
    // What is left stays in memory until its browser has taken it. One that takes nothing for that time is cut off.
    if (this.#stream.writableLength >= HIGH_WATER_MARK)
      this.#stream.setTimeout(STALL_TIMEOUT_MS, () => cut(this.#stream));
  }

  terminate(): void {
    this.#done = true;
    cut(this.#stream);
  }

  #interrupt(): void {
    if (this.#done) return;
    this.#done = true;
    this.#reply.source.interrupted();
    this.#stream.destroy(); // one that its browser has reset in good order would keep what is unread
  }

  #write(bytes: Uint8Array): void {
    if (this.#sendHead()) this.#stream.write(bytes);
  }

  /** Sends the head unless it has gone out; returns whether the stream takes anything. */
  #sendHead(): boolean {
    if (isGone(this.#stream)) return false;
    if (!this.#stream.headersSent) {
      const headers: Record<string, string> = { ...this.#reply.headers };
      if (this.#only !== undefined) headers["Content-Length"] = String(byteLength(this.#only));
      this.#stream.respond({ ...headers, ":status": 200 });
    }
    return true;
  }
}

function byteLength(content: string | Uint8Array): number {
  return typeof content === "string" ? Buffer.byteLength(content) : content.byteLength;
}
