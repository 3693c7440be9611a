import {
  HIGH_WATER_MARK,
  type SharedText,
  type SocketListener,
  type SocketSink,
} from "@sockjs-fetch/core/adapter";
import type { BunSocket } from "./bun.ts";

/** The writable end of a WebSocket of Bun, and at once the `data` by which Bun's handlers find it. */
export class BunSocketSink implements SocketSink {
  /** Tells our WebSockets from others, by whichever copy of this module they were made. */
  readonly isSockJS = true;
  readonly listener: SocketListener;
  inboundCount = 0;
  #socket: BunSocket | undefined;
  #waiting = false;

  constructor(listener: SocketListener) {
    this.listener = listener;
  }

  /** Whether Bun has called our `open`. It does so inside `upgrade`. */
  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  open(socket: BunSocket): void {
    this.#socket = socket;
    this.listener.start(this);
  }

  /** Bun has room again. */
  drain(): void {
    if (!this.#waiting || this.bufferedAmount >= HIGH_WATER_MARK) return;
    this.#waiting = false;
    this.listener.drained();
  }

  get bufferedAmount(): number {
    return this.#socket?.getBufferedAmount() ?? 0;
  }

  ready(): boolean {
    if (this.bufferedAmount < HIGH_WATER_MARK) return true;
    this.#waiting = true;
    return false;
  }

  write(text: string): void {
    // Bun tells of a dropped message only here; a gap in the messages must not go unnoticed.
    if (this.#socket?.sendText(text) === 0 && this.#socket.readyState === OPEN)
      this.#socket.terminate();
  }

  writeShared(shared: SharedText): void {
    this.write(shared.text);
  }

  end(code: number, reason: string): void {
    this.#socket?.close(code, reason);
  }

  terminate(): void {
    this.#socket?.terminate();
  }

  ping(): void {
    this.#socket?.ping();
  }
}

const OPEN = 1;
