import type { SocketSink } from "../seam/socket.ts";
import { Progress, transferMs } from "./progress.ts";
import type { Receiver } from "./receiver.ts";
import type { SessionSettings } from "./session-owner.ts";

/** What a look at a receiver has shown. */
export type Verdict = "alive" | "heartbeat due" | "dead";

/**
 * Finds out whether a receiver's browser is still there: a WebSocket's by pings, which any inbound byte answers; every
 * receiver by whether it takes what waits for it. Bytes that leave the process are a sign of life as well: a ping waits
 * behind them.
 */
export class Liveness {
  readonly #settings: SessionSettings;
  readonly #receiver: Receiver;
  #lastFrameMs: number = performance.now();
  #lastPingMs: number = this.#lastFrameMs;
  /** Inbound count when the ping went out, while its answer is waited for. */
  #pingedCount: number | undefined;
  /** Unconfirmed bytes before the last ping: its answer tells that they have arrived. */
  #pingedBytes = 0;
  /** Watches the receiver while something large is under way to it, or it takes nothing. */
  #progress: Progress | undefined;

  constructor(settings: SessionSettings, receiver: Receiver) {
    this.#settings = settings;
    this.#receiver = receiver;
  }

  /** A frame is about to go out. */
  sent(nowMs: number): void {
    this.#lastFrameMs = nowMs;
    if (this.#progress === undefined) return;
    this.#progress.look(nowMs); // the last chance to see what has left before more is written
    this.#progress.stalledMs = undefined;
  }

  /** Whether a heartbeat is due that the receiver has not taken yet. */
  get isStalled(): boolean {
    return this.#progress?.stalledMs !== undefined;
  }

  /** The shortest of the delays after which to look. */
  get delayMs(): number {
    const { heartbeatDelay, pongTimeout } = this.#settings;
    const isAwaited = this.#pingedCount !== undefined || this.isStalled;
    return isAwaited ? Math.min(heartbeatDelay, pongTimeout) : heartbeatDelay;
  }

  /** When to look next. */
  dueMs(): number {
    const lookMs = this.#progress?.nextLookMs(this.#settings.pongTimeout) ?? Infinity;
    return Math.min(this.#frameDueMs(), this.#pingDueMs(), lookMs);
  }

  /**
   * When a session that has been closing since `changedMs` has waited `delayMs` in vain for its receiver to take what is left,
   * or has to be asked again. It looks each time.
   */
  closingDueMs(changedMs: number, delayMs: number): number {
    const nowMs = performance.now();
    const progress = this.#watch(nowMs);
    progress.look(nowMs);
    return Math.min(progress.endMs(changedMs, delayMs), progress.nextLookMs(delayMs));
  }

  /** Looks, and pings where it is time to. */
  check(nowMs: number): Verdict {
    this.#progress?.look(nowMs);
    if (!this.#checkPing(nowMs)) return "dead";
    if (this.#pingedCount === undefined && !this.isStalled) this.#progress = undefined; // nothing is waited for
    if (nowMs < this.#frameDueMs()) return "alive";
    if (this.#receiver.ready()) return "heartbeat due";
    if (this.isStalled) return "dead"; // it takes nothing, though something waits
    this.#watch(nowMs).stalledMs = nowMs;
    return "alive";
  }

  #frameDueMs(): number {
    if (!this.#receiver.framed) return Infinity;
    const { heartbeatDelay, pongTimeout } = this.#settings;
    const stalledMs = this.#progress?.stalledMs;
    if (this.#progress === undefined || stalledMs === undefined)
      return this.#lastFrameMs + heartbeatDelay;
    return this.#progress.endMs(stalledMs, pongTimeout);
  }

  #pingDueMs(): number {
    const { socket } = this.#receiver;
    if (socket?.ping === undefined) return Infinity;
    const nextMs = this.#lastPingMs + this.#settings.heartbeatDelay;
    if (this.#pingedCount === undefined) return nextMs;
    const deadlineMs = this.#pongDueMs(socket);
    return this.#progress === undefined ? Math.min(deadlineMs, nextMs) : deadlineMs;
  }

  /** When the answer to the last ping has to be there. */
  #pongDueMs({ leastPongTimeout = 0 }: SocketSink): number {
    const delayMs = Math.max(this.#settings.pongTimeout, leastPongTimeout);
    return this.#progress?.endMs(this.#lastPingMs, delayMs) ?? this.#lastPingMs + delayMs;
  }

  /** Judges the last ping or sends the next; `false` when the last has not been answered. */
  #checkPing(nowMs: number): boolean {
    const { socket } = this.#receiver;
    if (socket?.ping === undefined) return true;
    // While it is paused an answer could not be read: the application is behind, not the peer.
    const isPaused = socket.isPaused === true;
    if (isPaused) this.#pingedCount = undefined;
    const nextMs = this.#lastPingMs + this.#settings.heartbeatDelay;
    if (this.#pingedCount !== undefined) {
      if (socket.inboundCount === this.#pingedCount) {
        if (nowMs >= this.#pongDueMs(socket)) return false;
        if (nowMs >= nextMs) this.#watch(nowMs); // to be looked at again before the answer is due
        return true;
      }
      this.#receiver.confirm(this.#pingedBytes);
      this.#pingedCount = undefined;
      this.#progress?.look(nowMs);
    }
    if (nowMs < nextMs) return true;
    this.#lastPingMs = nowMs;
    if (!isPaused) {
      const { unconfirmedBytes, bufferedAmount } = this.#receiver;
      if (bufferedAmount > 0 || transferMs(unconfirmedBytes) > 0) this.#watch(nowMs);
      this.#pingedCount = socket.inboundCount;
      this.#pingedBytes = unconfirmedBytes;
    }
    socket.ping(); // also while it is paused: writing to a peer that has gone fails
    return true;
  }

  /** Watches what is under way to the receiver. */
  #watch(nowMs: number): Progress {
    this.#progress ??= new Progress(this.#receiver, nowMs);
    this.#progress.allowForUnconfirmed();
    return this.#progress;
  }
}
