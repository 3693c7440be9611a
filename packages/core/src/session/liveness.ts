import type { Receiver } from "./receiver.ts";
import type { SessionSettings } from "./session-owner.ts";

/** What a look at a receiver has shown. */
export type Verdict = "alive" | "heartbeat due" | "dead";

/**
 * Finds out whether a receiver's other side is still there: a WebSocket by pings, which any inbound byte answers; every
 * receiver by whether it takes what waits for it.
 */
export class Liveness {
  readonly #settings: SessionSettings;
  readonly #receiver: Receiver;
  #lastFrameMs: number = performance.now();
  #lastPingMs: number = this.#lastFrameMs;
  /** Inbound count when the ping went out, while its answer is waited for. */
  #pingedCount: number | undefined;
  /** Buffered amount when the receiver was first found not to take a heartbeat. */
  #stalledAmount: number | undefined;

  constructor(settings: SessionSettings, receiver: Receiver) {
    this.#settings = settings;
    this.#receiver = receiver;
  }

  /** A frame has gone out. */
  sent(nowMs: number): void {
    this.#lastFrameMs = nowMs;
    this.#stalledAmount = undefined;
  }

  /** Whether a heartbeat is due that the receiver has not taken yet. */
  get isStalled(): boolean {
    return this.#stalledAmount !== undefined;
  }

  /** The shortest of the delays after which to look. */
  get delayMs(): number {
    const { heartbeatDelay, pongTimeout } = this.#settings;
    const isAwaited = this.#pingedCount !== undefined || this.isStalled;
    return isAwaited ? Math.min(heartbeatDelay, pongTimeout) : heartbeatDelay;
  }

  /** When to look next. */
  dueMs(): number {
    return Math.min(this.#frameDueMs(), this.#pingDueMs());
  }

  /** Looks, and pings where it is time to. */
  check(nowMs: number): Verdict {
    if (nowMs >= this.#pingDueMs() && !this.#checkPing(nowMs)) return "dead";
    if (nowMs < this.#frameDueMs()) return "alive";
    if (this.#receiver.ready()) return "heartbeat due";
    const { bufferedAmount } = this.#receiver;
    if (this.#stalledAmount === bufferedAmount) return "dead"; // it takes nothing, though something waits
    this.#stalledAmount = bufferedAmount;
    this.#lastFrameMs = nowMs - this.#settings.heartbeatDelay; // look again after another `pongTimeout`
    return "alive";
  }

  #frameDueMs(): number {
    if (!this.#receiver.framed) return Infinity;
    const { heartbeatDelay, pongTimeout } = this.#settings;
    const patience = this.#stalledAmount === undefined ? 0 : pongTimeout;
    return this.#lastFrameMs + heartbeatDelay + patience;
  }

  #pingDueMs(): number {
    if (this.#receiver.socket?.ping === undefined) return Infinity;
    const { heartbeatDelay, pongTimeout } = this.#settings;
    return this.#lastPingMs + (this.#pingedCount === undefined ? heartbeatDelay : pongTimeout);
  }

  /** Judges the last ping or sends the next; `false` when the last has not been answered. */
  #checkPing(nowMs: number): boolean {
    const { socket } = this.#receiver;
    if (socket?.ping === undefined) return true;
    if (socket.isPaused === true) {
      this.#lastPingMs = nowMs; // an answer could not be read: the application is behind, not the other side
      this.#pingedCount = undefined;
      return true;
    }
    if (this.#pingedCount !== undefined) {
      if (socket.inboundCount === this.#pingedCount) return false;
      this.#pingedCount = undefined;
    }
    if (nowMs >= this.#lastPingMs + this.#settings.heartbeatDelay) {
      this.#lastPingMs = nowMs;
      this.#pingedCount = socket.inboundCount;
      socket.ping();
    }
    return true;
  }
}
