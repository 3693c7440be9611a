import type { ServerResponse } from "node:http";
import type { Socket } from "node:net";
import {
  HIGH_WATER_MARK,
  type FrameSource,
  type Reply,
  type SharedText,
  type Sink,
} from "@sockjs-fetch/core/adapter";

/** Writes frames straight to a response of `node:http`, each as a chunk of its own. The head goes out with the first. */
export class ResponseSink implements Sink {
  readonly #response: ServerResponse;
  readonly #reply: Reply;
  readonly #source: FrameSource;
  readonly #socket: WatchedSocket;
  #headSent = false;
  #only: string | Uint8Array | undefined;
  #waiting = false;
  #done = false;

  constructor(response: ServerResponse, reply: Reply, source: FrameSource) {
    this.#response = response;
    this.#reply = reply;
    this.#source = source;
    this.#socket = response.req.socket;
    watch(this.#socket, this);
  }

  get bufferedAmount(): number {
    return this.#response.writableLength;
  }

  ready(): boolean {
    if (this.#response.writableLength < HIGH_WATER_MARK) return true;
    if (!this.#waiting) {
      this.#waiting = true;
      this.#response.once("drain", () => {
        this.#waiting = false;
        this.#source.drained();
      });
    }
    return false;
  }

  write(text: string): number {
    if (this.#source.endsAfterFirstWrite) {
      this.#only = text;
      return Buffer.byteLength(text);
    }
    const bytes = Buffer.from(text);
    this.#writeChunk(bytes);
    return bytes.length;
  }

  writeShared(shared: SharedText): number {
    if (this.#source.endsAfterFirstWrite) this.#only = shared.bytes;
    else this.#writeChunk(shared.bytes);
    return shared.bytes.byteLength;
  }

  end(): void {
    this.#finish();
    const only = this.#only;
    if (only === undefined) {
      this.#sendHead();
      this.#response.end();
      return;
    }
    const length = typeof only === "string" ? Buffer.byteLength(only) : only.byteLength;
    this.#response.writeHead(this.#reply.status, {
      ...this.#reply.headers,
      "Content-Length": length,
    });
    this.#response.end(only);
  }

  terminate(): void {
    this.#finish();
    this.#response.destroy();
  }

  /** The client's connection has ended. */
  interrupted(): void {
    if (this.#done) return;
    this.#finish();
    this.#source.interrupted();
    this.#response.destroy();
  }

  #finish(): void {
    this.#done = true;
    this.#socket[SINKS]?.delete(this);
  }

  #writeChunk(bytes: Uint8Array): void {
    this.#sendHead();
    this.#response.write(bytes);
    // Node 26 gathers the writes of one turn in one chunk; this ends the chunk. No effect on Node 20 to 24.
    this.#response.uncork();
  }

  #sendHead(): void {
    if (this.#headSent) return;
    this.#headSent = true;
    this.#response.writeHead(this.#reply.status, this.#reply.headers);
  }
}

const SINKS: unique symbol = Symbol("sinks of a socket");
type WatchedSocket = Socket & { [SINKS]?: Set<ResponseSink> };

/** Has a sink told when its client goes, at the first sign: Node closes the response itself only some turns later. */
function watch(socket: WatchedSocket, sink: ResponseSink): void {
  const watched = socket[SINKS];
  if (watched !== undefined) {
    watched.add(sink);
    return;
  }
  const sinks = new Set([sink]);
  socket[SINKS] = sinks;
  const interruptAll = (): void => {
    for (const each of sinks) each.interrupted();
  };
  socket.on("end", interruptAll);
  socket.on("close", interruptAll);
}
