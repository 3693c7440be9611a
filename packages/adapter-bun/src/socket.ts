import {
  HIGH_WATER_MARK,
  type SharedText,
  type SocketListener,
  type SocketSink,
} from "@sockjs-fetch/core/adapter";
import type { BunSocket } from "./bun.ts";

/** The writable end of a WebSocket of Bun, and at once the `data` by which Bun's handlers find it. */
export class BunSocketSink implements SocketSink {
  readonly listener: SocketListener;
  inboundCount = 0;
  #socket: BunSocket | undefined;
  #waiting = false;
  /** When it opened, in whole milliseconds as `performance.now()` counts. */
  #openedMs = 0;
  #heldClose: HeldClose | undefined;

  constructor(listener: SocketListener) {
    this.listener = listener;
  }

  /** Tells our WebSockets from others, whichever copy of this module made them. */
  get isSockJS(): true {
    return true;
  }

  /** Whether Bun has called our `open`. It does so inside `upgrade`. */
  get isOpen(): boolean {
    return this.#socket !== undefined;
  }

  open(socket: BunSocket): void {
    this.#socket = socket;
    this.#openedMs = Math.trunc(performance.now());
    this.listener.start(this);
  }

  /** Something whole has come from the peer: a message, a ping or a pong. */
  heard(): void {
    this.inboundCount++;
    if (this.#heldClose !== undefined && this.inboundCount === 1) this.#holdClose(SETTLING_MS);
  }

  closed(code: number, reason: string): void {
    if (this.#heldClose !== undefined) clearTimeout(this.#heldClose.timer);
    this.listener.closed(code, reason, code !== 1006);
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

  /**
   * Bun ends the connection right behind the close frame. Firefox forgets what it has received when the end comes right behind
   * handshake and frames: no open, no message. So a socket that has just opened is closed a moment after its peer has answered
   * a ping.
   */
  end(code: number, reason: string): void {
    if (this.inboundCount > 0 || performance.now() - this.#openedMs > FRESH_MS) {
      this.#socket?.close(code, reason);
      return;
    }
    this.#heldClose = { code, reason, timer: undefined };
    this.#holdClose(LONGEST_HOLD_MS);
    this.#socket?.ping();
  }

  #holdClose(delayMs: number): void {
    if (this.#heldClose === undefined) return;
    clearTimeout(this.#heldClose.timer);
    this.#heldClose.timer = setTimeout(() => this.#closeHeld(), delayMs);
  }

  #closeHeld(): void {
    const held = this.#heldClose;
    if (held === undefined) return;
    this.#heldClose = undefined;
    this.#socket?.close(held.code, held.reason);
  }

  terminate(): void {
    this.#socket?.terminate();
  }

  get leastPongTimeout(): number {
    return LEAST_PONG_TIMEOUT_MS;
  }

  ping(): void {
    this.#socket?.ping();
  }
}

const OPEN = 1;

/** A close that waits for the peer's first answer. */
interface HeldClose {
  readonly code: number;
  readonly reason: string;
  timer: ReturnType<typeof setTimeout> | undefined;
}

/** How long a socket counts as just opened. */
const FRESH_MS = 1000;

/** How long its close waits after the answer: in Firefox 153 on an idle machine 5 ms are enough. */
const SETTLING_MS = 50;

/** How long its close waits where nothing answers. */
const LONGEST_HOLD_MS = 250;

/**
 * A peer that sends a large message is silent until all of it has come: Bun tells of whole messages only. Its `idleTimeout` would
 * see every byte, but each ping and frame that we send puts that off.
 */
const LEAST_PONG_TIMEOUT_MS = 60_000;
