import type { Socket } from "node:net";
import {
  HIGH_WATER_MARK,
  type SharedText,
  type SocketListener,
  type SocketSink,
} from "@sockjs-fetch/core/adapter";
// @ts-types="@types/ws"
import type { RawData, WebSocket } from "ws";
import { ignore } from "../http/adopt-socket.ts";
import { readyToWrite } from "../http/ready-to-write.ts";
import { unsentBytes } from "../http/unsent-bytes.ts";

/** How long a closing handshake may take: until then the peer's close is not told, and its socket is kept. */
export const CLOSE_TIMEOUT_MS = 2000;

const MAX_KEEP_ALIVE_MS = 7_200_000; // what operating systems do by themselves

const SINK: unique symbol = Symbol("sink of a WebSocket");
type BoundWebSocket = WebSocket & { [SINK]?: NodeSocketSink };

/** Connects a WebSocket of the `ws` package, which has just opened on this socket, to its listener. */
export function bindWebSocket(
  webSocket: BoundWebSocket,
  socket: Socket,
  listener: SocketListener,
): void {
  const { heartbeatDelay } = listener.settings;
  // Finds a peer that has vanished while nothing is read of it, and costs nothing while it is read.
  socket.setKeepAlive(true, Math.min(Math.max(heartbeatDelay, 1000), MAX_KEEP_ALIVE_MS));
  const sink = new NodeSocketSink(webSocket, socket, listener);
  webSocket[SINK] = sink;
  webSocket.on("message", onMessage);
  webSocket.on("close", onClose);
  webSocket.on("error", ignore); // always followed by `close`
  listener.start(sink);
}

// One function for all sockets, where a closure for each event of each would cost memory.
function onMessage(this: BoundWebSocket, data: RawData, isBinary: boolean): void {
  // `ws` gives a Buffer unless told otherwise by its `binaryType`.
  if (isBinary) this[SINK]?.listener.binary();
  else this[SINK]?.listener.message((data as Buffer).toString());
}

function onClose(this: BoundWebSocket, code: number, reason: Buffer): void {
  this[SINK]?.listener.closed(code, reason.toString(), code !== 1006);
}

class NodeSocketSink implements SocketSink {
  readonly #webSocket: WebSocket;
  readonly #socket: Socket;
  readonly listener: SocketListener;

  constructor(webSocket: WebSocket, socket: Socket, listener: SocketListener) {
    this.#webSocket = webSocket;
    this.#socket = socket;
    this.listener = listener;
  }

  get inboundCount(): number {
    return this.#socket.bytesRead;
  }

  get bufferedAmount(): number {
    return unsentBytes(this.#socket);
  }

  ready(): boolean {
    // The rest of a large write is no reason to wait, and agrees with `bufferedAmount`.
    return this.bufferedAmount < HIGH_WATER_MARK || readyToWrite(this.#socket, this.listener);
  }

  write(text: string, isAscii: boolean): void {
    if (!isAscii) this.#webSocket.send(text);
    else if (this.#isOpen) this.#socket.write(frameHead(text.length) + text, "latin1");
  }

  writeShared(shared: SharedText): void {
    const frame = (shared.wireForm ??= textFrame(shared.bytes)) as Buffer; // only ever set here for this transport
    if (this.#isOpen) this.#socket.write(frame);
  }

  /** Without compression `ws` writes each message at once, so that whole frames may go between two of its own. */
  get #isOpen(): boolean {
    return this.#webSocket.readyState === this.#webSocket.OPEN;
  }

  end(code: number, reason: string): void {
    this.#webSocket.close(code, reason);
    const { transferMs } = this.listener;
    if (transferMs > 0) extendClosing(this.#webSocket, this.#socket, CLOSE_TIMEOUT_MS + transferMs);
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

/**
 * Gives a closing handshake longer than `ws` does: the close frame waits behind what was sent before, and to cut the
 * connection would lose both. `ws` has one time for all its sockets, and no public name for the timer.
 */
function extendClosing(webSocket: WebSocket, socket: Socket, timeoutMs: number): void {
  if (webSocket.readyState !== webSocket.CLOSING) return;
  clearTimeout(Reflect.get(webSocket, "_closeTimer") as NodeJS.Timeout | undefined);
  const timer = setTimeout(() => socket.destroy(), timeoutMs);
  webSocket.once("close", () => clearTimeout(timer));
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
