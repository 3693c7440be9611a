import {
  ABNORMAL,
  ANOTHER_CONNECTION,
  INTERRUPTED,
  OVERLOADED,
  type CloseReason,
} from "../options/errors.ts";
import { closeFrame, HEARTBEAT_FRAME, OPEN_FRAME } from "../wire/frame.ts";
import { quote } from "../wire/json.ts";
import { Liveness } from "./liveness.ts";
import type { OutboundMessage } from "../wire/outbound-message.ts";
import { OutboundQueue } from "./outbound-queue.ts";
import type { Receiver } from "./receiver.ts";
import { SendTurns } from "./send-turns.ts";
import { HIGH_WATER_MARK } from "../seam/sink.ts";
import type { Sleeper, TimerWheel } from "../time/timer-wheel.ts";

/** How a connection ended, as its `close` hook is told. */
export interface CloseInfo {
  /** Close code; 1006 where the other side vanished. */
  readonly code: number;
  /** Close reason, in the words of whoever closed. */
  readonly reason: string;
  /** Whether both sides knew: false when the connection broke or timed out. */
  readonly wasClean: boolean;
}

export type SessionState = "connecting" | "open" | "closing" | "closed";

/** What a session needs of its server's options; see there. */
export interface SessionSettings {
  readonly heartbeatDelay: number;
  readonly disconnectDelay: number;
  readonly pongTimeout: number;
  readonly maxBufferedAmount: number;
}

/** Who keeps the sessions. */
export interface SessionOwner {
  readonly settings: SessionSettings;
  readonly timers: TimerWheel;
  /** Calls the session's `flush` in this turn of the event loop; at its very end where the message is one for many. */
  schedule(session: Session, isForMany: boolean): void;
  /** The session has closed and whoever is there has been told, or nobody is. Once. */
  settled(session: Session): void;
  /** The session is of no more use: nothing will be answered under its id. Once, last. */
  forgotten(session: Session): void;
}

/** Who hears of a session's life. */
export interface SessionListener {
  opened(): void;
  /** Once, after `opened`. */
  closed(info: CloseInfo): void;
  /** The buffered amount has fallen below the high-water mark after being above it. */
  drained(): void;
  /** Messages from the browser; a promise returned is to be waited for before it may be told to send more. */
  receive(messages: readonly string[]): Promise<void> | undefined;
}

/** A second receiver waits so long for the first to be noticed as gone: some runtimes tell of an abort only some turns later. */
const ABORT_GRACE_MS = 100;

/** What is queued goes out in one frame, but in several when it is larger than this, so that a slow reader shows progress. */
const MAX_FRAME_BYTES = 1_048_576;

/** The server's side of one conversation (protocol, section 5): state, outbound queue, timers. It knows only its receiver. */
export class Session implements Sleeper {
  /** The session id of its URL; a WebSocket's session has none. A secret: whoever knows it can take the session over. */
  readonly id: string | undefined;
  /** The browser's address when the session was opened. */
  readonly remoteAddress: string | undefined;
  readonly #owner: SessionOwner;
  readonly #settings: SessionSettings;
  #listener: SessionListener | undefined;
  readonly #queue = new OutboundQueue();
  #state: SessionState = "connecting";
  #receiver: Receiver | undefined;
  #sendTurns: SendTurns | undefined;
  #contenders: Set<Receiver> | undefined;
  #openSent = false;
  #scheduled = false;
  #aboveMark = false;
  #closing: CloseReason | undefined;
  #lingers = true;
  #forgotten = false;
  #settled = false;

  /** When the wheel wakes it; see {@link TimerWheel.stepOf}. */
  #wakeStep = Infinity;
  /** When the receiver came or went, or the state changed. */
  #lastChangeMs: number = performance.now();
  /** Watches the receiver, while there is one. */
  #liveness: Liveness | undefined;

  constructor(id: string | undefined, remoteAddress: string | undefined, owner: SessionOwner) {
    this.id = id;
    this.remoteAddress = remoteAddress;
    this.#owner = owner;
    this.#settings = owner.settings;
  }

  /**
   * Admits receivers: until then the session only holds its id. It is forgotten when none comes in time: somebody above may
   * have dropped the answer, and a runtime may never tell of a WebSocket that broke at once.
   */
  bind(listener: SessionListener): void {
    this.#listener = listener;
    this.#lastChangeMs = performance.now();
    this.#arm();
  }

  get state(): SessionState {
    return this.#state;
  }

  /** Bytes taken by `send` and not yet handed to the operating system. */
  get bufferedAmount(): number {
    return this.#queue.byteLength + (this.#receiver?.bufferedAmount ?? 0);
  }

  /** Sending requests of this session, one at a time. */
  get sendTurns(): SendTurns {
    return (this.#sendTurns ??= new SendTurns());
  }

  /** The one receiver, while there is one. */
  get receiver(): Receiver | undefined {
    return this.#receiver;
  }

  // --- Receivers come and go

  /** Takes a receiver that has written its prelude; answers it with a close frame when there is one already, or no more session. */
  attach(receiver: Receiver): void {
    if (this.#state === "closed") {
      this.#dismiss(receiver, this.#closing ?? INTERRUPTED);
      this.#settle();
      return;
    }
    if (this.#listener === undefined) {
      this.#dismiss(receiver, ANOTHER_CONNECTION); // whoever opens it has not been admitted yet
      return;
    }
    if (this.#receiver !== undefined) {
      this.#contenders ??= new Set();
      this.#contenders.add(receiver);
      setTimeout(() => this.#contest(receiver), ABORT_GRACE_MS);
      return;
    }
    this.#receiver = receiver;
    this.#liveness = new Liveness(this.#settings, receiver);
    this.#lastChangeMs = performance.now();
    if (receiver.socket !== undefined) this.#lingers = false;
    this.pump(receiver);
    if (this.#state === "connecting") {
      this.#state = "open";
      this.#listener.opened();
    }
    this.#arm();
  }

  /** The receiver's response reached its limit: another will come. */
  finished(receiver: Receiver): void {
    if (this.#receiver !== receiver) return;
    this.#receiver = undefined;
    this.#liveness = undefined;
    this.#lastChangeMs = performance.now();
    this.#arm();
    this.#admitContenders();
  }

  /** The receiver's other side went: the session is over (protocol, section 5.4). */
  interrupted(receiver: Receiver): void {
    this.closedByPeer(receiver, { ...ABNORMAL, wasClean: false });
  }

  /** The other side closed its WebSocket. */
  closedByPeer(receiver: Receiver, info: CloseInfo): void {
    if (this.#state === "connecting") this.forget();
    else if (this.#receiver === receiver) this.#conclude(INTERRUPTED, info);
  }

  // --- Messages and closing

  /** Hands messages from the browser on; see {@link SessionListener.receive}. Only while open. */
  receive(messages: readonly string[]): Promise<void> | undefined {
    return this.#listener?.receive(messages);
  }

  /** Queues a message; it goes out, with all others of this turn, when the turn ends. Ignored unless open. */
  send(message: OutboundMessage): void {
    if (this.#state !== "open") return;
    this.#queue.push(message);
    const bufferedAmount = this.bufferedAmount;
    if (bufferedAmount + this.#queue.overhead > this.#settings.maxBufferedAmount) {
      this.fail(OVERLOADED);
      return;
    }
    if (bufferedAmount >= HIGH_WATER_MARK) this.#aboveMark = true;
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.#owner.schedule(this, message.shared);
  }

  /** Called by the server once the messages of a turn have been sent. */
  flush(): void {
    this.#scheduled = false;
    if (this.#receiver !== undefined) this.pump(this.#receiver);
  }

  /** Closes after everything queued has gone out (protocol, section 5.6). */
  close(closing: CloseReason): void {
    if (this.#state !== "open") return;
    this.#state = "closing";
    this.#closing = closing;
    this.#lastChangeMs = performance.now();
    if (this.#receiver !== undefined) this.pump(this.#receiver);
    else if (this.#queue.isEmpty) this.#conclude(closing, { ...closing, wasClean: true });
    this.#arm();
  }

  /** Closes at once, not cleanly: what is queued is dropped, the receiver gets the close frame if it takes one now. */
  fail(closing: CloseReason): void {
    if (this.#state === "closed") return;
    const receiver = this.#receiver;
    // One that only waits for the next turn will take it.
    const takesFrames =
      receiver?.ready() === true || (receiver?.bufferedAmount ?? 0) < HIGH_WATER_MARK;
    if (receiver !== undefined && takesFrames) this.#dismiss(receiver, closing);
    else receiver?.terminate();
    this.#conclude(closing, { ...closing, wasClean: false });
  }

  /** Cuts the connection without a close frame: input that is broken, or a peer found dead. */
  abort(info: CloseReason): void {
    this.#receiver?.terminate();
    this.#conclude(INTERRUPTED, { ...info, wasClean: false });
  }

  /** Whether the session has closed and whoever is there has been told. */
  get settled(): boolean {
    return this.#settled;
  }

  /** Ends whatever there is of the session at once: the receiver is cut, the id is forgotten. */
  end(): void {
    if (this.#state !== "closed") this.abort(ABNORMAL);
    this.forget();
  }

  /** Drops a session that never opened, or whose end nobody needs to be told. */
  forget(): void {
    if (this.#forgotten) return;
    this.#forgotten = true;
    this.#state = "closed";
    this.#disarm();
    this.#settle();
    this.#owner.forgotten(this);
  }

  /** Writes what is due, in order, while the receiver takes it: open frame, messages, close frame. */
  pump(receiver: Receiver): void {
    if (this.#receiver !== receiver) return;
    while (this.#receiver === receiver && this.#hasWork() && receiver.ready()) {
      this.#liveness?.sent(performance.now());
      if (!this.#openSent) {
        this.#openSent = true;
        receiver.sendFrame(OPEN_FRAME);
      } else if (!this.#queue.isEmpty) {
        receiver.sendMessages(this.#queue.take(MAX_FRAME_BYTES));
      } else if (this.#closing !== undefined) {
        this.#dismiss(receiver, this.#closing);
        this.#conclude(this.#closing, { ...this.#closing, wasClean: true });
        this.#settle(); // told, though a receiver that ends with this frame is gone by now
      }
    }
    if (this.#state === "closing" && this.#receiver === undefined && this.#queue.isEmpty) {
      const closing = this.#closing ?? INTERRUPTED;
      this.#conclude(closing, { ...closing, wasClean: true });
    }
    if (this.#receiver === receiver && this.#liveness?.isStalled === true && receiver.ready()) {
      this.#sendHeartbeat(receiver, this.#liveness); // it was due while the receiver took nothing
    }
    if (this.#aboveMark && this.bufferedAmount < HIGH_WATER_MARK) {
      this.#aboveMark = false;
      if (this.#state === "open") this.#listener?.drained();
    }
  }

  #hasWork(): boolean {
    return !this.#openSent || !this.#queue.isEmpty || this.#state === "closing";
  }

  /** Refuses a second receiver if the first has stayed (protocol, section 5.3). */
  #contest(receiver: Receiver): void {
    if (this.#contenders?.delete(receiver) !== true || receiver.done) return;
    this.#dismiss(receiver, ANOTHER_CONNECTION);
  }

  /** The receiver has gone: the place is free for those that waited, or there is none any more. */
  #admitContenders(): void {
    const contenders = this.#contenders;
    this.#contenders = undefined;
    for (const receiver of contenders ?? []) if (!receiver.done) this.attach(receiver);
  }

  #settle(): void {
    if (this.#settled) return;
    this.#settled = true;
    this.#owner.settled(this);
  }

  #dismiss(receiver: Receiver, closing: CloseReason): void {
    receiver.dismiss(closeFrame(closing.code, quote(closing.reason)), closing.code, closing.reason);
  }

  #conclude(closing: CloseReason, info: CloseInfo): void {
    if (this.#state === "closed") return;
    const opened = this.#state !== "connecting";
    const told = this.#receiver !== undefined || !info.wasClean;
    this.#state = "closed";
    this.#closing = closing;
    this.#receiver = undefined;
    this.#liveness = undefined;
    this.#queue.clear();
    this.#lastChangeMs = performance.now();
    this.#sendTurns?.releaseAll();
    if (opened) this.#listener?.closed(info);
    if (told) this.#settle();
    if (this.#lingers && opened) this.#arm();
    else this.forget();
    this.#admitContenders();
  }

  // --- Time: it is woken for the earliest thing due; what is put off meanwhile is found out then

  #arm(): void {
    const dueMs = this.#dueMs();
    if (this.#forgotten || dueMs === Infinity) return;
    const step = this.#owner.timers.stepOf(dueMs, this.#delayMs());
    if (step >= this.#wakeStep) return;
    this.#disarm();
    this.#wakeStep = step;
    this.#owner.timers.add(this, step);
  }

  #disarm(): void {
    if (this.#wakeStep === Infinity) return;
    this.#owner.timers.remove(this, this.#wakeStep);
    this.#wakeStep = Infinity;
  }

  #dueMs(): number {
    if (this.#state === "open" && this.#liveness !== undefined) return this.#liveness.dueMs();
    return this.#lastChangeMs + this.#delayMs();
  }

  /** The delay that is running. */
  #delayMs(): number {
    if (this.#state === "connecting") return this.#settings.pongTimeout;
    if (this.#state !== "open" || this.#liveness === undefined)
      return this.#settings.disconnectDelay;
    return this.#liveness.delayMs;
  }

  /** Called by the wheel. */
  wake(): void {
    this.#wakeStep = Infinity;
    const nowMs = performance.now();
    if (nowMs < this.#dueMs()) {
      this.#arm();
    } else if (this.#state === "closed") {
      this.forget();
    } else if (this.#state === "open" && this.#receiver !== undefined) {
      this.#checkReceiver(this.#receiver, nowMs);
      this.#arm();
    } else {
      this.#receiver?.terminate();
      this.#conclude(this.#closing ?? INTERRUPTED, { ...ABNORMAL, wasClean: false });
      this.forget(); // the delay in which somebody might have asked is over
    }
  }

  #checkReceiver(receiver: Receiver, nowMs: number): void {
    switch (this.#liveness?.check(nowMs)) {
      case "dead":
        this.abort(ABNORMAL);
        break;
      case "heartbeat due":
        this.#sendHeartbeat(receiver, this.#liveness);
        break;
      default: // alive
    }
  }

  #sendHeartbeat(receiver: Receiver, liveness: Liveness): void {
    liveness.sent(performance.now());
    receiver.sendFrame(HEARTBEAT_FRAME);
  }
}
