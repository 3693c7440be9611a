import type { Socket } from "node:net";
import {
  HIGH_WATER_MARK,
  type SharedText,
  type SocketListener,
  type SocketSink,
} from "@sockjs-fetch/core/adapter";
// @ts-types="@types/ws"
import type { WebSocket } from "ws";

/** Connects a WebSocket of the `ws` package, which has just opened on this socket, to its listener. */
export function bindWebSocket(
  webSocket: WebSocket,
  socket: Socket,
  listener: SocketListener,
): void {
  webSocket.on("message", (data, isBinary) => {
    // `ws` gives a Buffer unless told otherwise by its `binaryType`.
    if (isBinary) listener.binary();
    else listener.message((data as Buffer).toString());
  });
  webSocket.on("close", (code, reason) => listener.closed(code, reason.toString(), code !== 1006));
  webSocket.on("error", () => {}); // always followed by `close`
  listener.start(new NodeSocketSink(webSocket, socket, listener));
}

class NodeSocketSink implements SocketSink {
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  readonly #listener: SocketListener;
  #waiting = false;

  constructor(webSocket: WebSocket, socket: Socket, listener: SocketListener) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.#listener = listener;
  }

  get inboundCount(): number {
    return this.#socket.bytesRead;
  }

  get bufferedAmount(): number {
    return this.#socket.writableLength;
  }

  ready(): boolean {
    // Where the socket's own mark is higher there would be no `drain` to wait for.
    if (this.#socket.writableLength < HIGH_WATER_MARK || !this.#socket.writableNeedDrain)
      return true;
    if (!this.#waiting) {
      this.#waiting = true;
      this.#socket.once("drain", () => {
        this.#waiting = false;
        this.#listener.drained();
      });
    }
    return false;
  }

  write(text: string, isAscii: boolean): number {
    if (!isAscii) this.#webSocket.send(text);
    else if (this.#isOpen) this.#socket.write(frameHead(text.length) + text, "latin1");
    return text.length;
  }

  writeShared(shared: SharedText): number {
    const frame = (shared.wireForm ??= textFrame(shared.bytes)) as Buffer; // only ever set here for this transport
    if (this.#isOpen) this.#socket.write(frame);
    return frame.length;
  }

  /** Without compression `ws` writes each message at once, so that whole frames may go between two of its own. */
  get #isOpen(): boolean {
    return this.#webSocket.readyState === this.#webSocket.OPEN;
  }

  end(code: number, reason: string): void {
    this.#webSocket.close(code, reason);
  }

  terminate(): void {
    this.#webSocket.terminate();
  }

  ping(): void {
    this.#webSocket.ping();
  }

  get isPaused(): boolean {
    return this.#webSocket.isPaused;
  }

  pause(): void {
    this.#webSocket.pause();
  }

  resume(): void {
    this.#webSocket.resume();
  }
}

/** A text message as one whole WebSocket frame. */
function textFrame(payload: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from(frameHead(payload.byteLength), "latin1"), payload]);
}

const FINAL_TEXT = "\x81";

/** What stands before an unmasked text message of that many bytes, a byte a character (RFC 6455, section 5.2). */
function frameHead(length: number): string {
  if (length < 126) return FINAL_TEXT + String.fromCharCode(length);
  if (length < 65_536) return FINAL_TEXT + String.fromCharCode(126, length >> 8, length & 255);
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(BigInt(length));
  return FINAL_TEXT + String.fromCharCode(127) + bytes.toString("latin1");
}
