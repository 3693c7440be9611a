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

  write(text: string): number {
    this.#webSocket.send(text);
    return text.length;
  }

  writeShared(shared: SharedText): number {
    const frame = (shared.wireForm ??= textFrame(shared.bytes)) as Buffer; // only ever set here for this transport
    // Without compression `ws` writes each message at once, so a whole frame may go between two of its own.
    if (this.#webSocket.readyState === this.#webSocket.OPEN) this.#socket.write(frame);
    return frame.length;
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

/** An unmasked text message as one WebSocket frame (RFC 6455, section 5.2). */
function textFrame(payload: Uint8Array): Buffer {
  const { byteLength } = payload;
  const extraBytes = byteLength < 126 ? 0 : byteLength < 65_536 ? 2 : 8;
  const frame = Buffer.allocUnsafe(2 + extraBytes + byteLength);
  frame[0] = 0x81; // final, text
  if (extraBytes === 0) {
    frame[1] = byteLength;
  } else if (extraBytes === 2) {
    frame[1] = 126;
    frame.writeUInt16BE(byteLength, 2);
  } else {
    frame[1] = 127;
    frame.writeBigUInt64BE(BigInt(byteLength), 2);
  }
  frame.set(payload, 2 + extraBytes);
  return frame;
}
