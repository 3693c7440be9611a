import {
  LOST,
  ABNORMAL,
  ANOTHER_CONNECTION,
  INTERRUPTED,
  OVERLOADED,
  type CloseInfo,
  type CloseReason,
} from "../wire/close.ts";
import { HIGH_WATER_MARK } from "../seam/sink.ts";
import type { EarlySleeper } from "../time/timer-wheel.ts";
import { HEARTBEAT_FRAME, OPEN_FRAME } from "../wire/frame.ts";
import type { OutboundMessage } from "../wire/outbound-message.ts";
import { delayMs, dueMs, RETURN_MS } from "./deadline.ts";
import { OutboundQueue } from "./outbound-queue.ts";
import { ReceiverSlot } from "./receiver-slot.ts";
import type { Receiver } from "./receiver.ts";
import { SendTurns } from "./send-turns.ts";
import {
  toReadyState,
  type Farewell,
  type ReadyState,
  type SessionListener,
  type SessionOwner,
  type SessionState,
} from "./session-owner.ts";

/** The server's side of one conversation (protocol, section 5): its state and its outbound queue. It knows only its receiver. */
export class Session implements EarlySleeper {
  /** The session id of its URL; a WebSocket's session has none. A secret: whoever knows it can take the session over. */
  readonly id: string | undefined;
  /** The browser's address when the session was opened. */
  readonly remoteAddress: string | undefined;
  readonly owner: SessionOwner<Session>;
  /** Whether its browser knows that the session has closed. */
  farewell: Farewell = "due";
  wakeStep: number = Infinity;
  #listener: SessionListener | undefined;
  readonly #queue = new OutboundQueue();
  readonly #slot = new ReceiverSlot();
  #state: SessionState = "held";
  #sendTurns: SendTurns | undefined;
  #openSent = false;
  #scheduled = false;
  #aboveMark = false;
  #closing: CloseReason | undefined;
  /** Whether another receiver may ask for its close frame: not where it ends with its WebSocket. */
  #lingers = true;
  /** When the receiver came or went, or the state changed. */
  #changedMs: number = performance.now();

  constructor(
    id: string | undefined,
    remoteAddress: string | undefined,
    owner: SessionOwner<Session>,
  ) {
    this.id = id;
    this.remoteAddress = remoteAddress;
    this.owner = owner;
  }

  /** Admits receivers. Forgotten when none comes in time: its answer may have been dropped, its WebSocket broken at once. */
  bind(listener: SessionListener): void {
    this.#listener = listener;
    this.#enter("connecting");
  }

  get state(): SessionState {
    return this.#state;
  }

  get readyState(): ReadyState {
    return toReadyState(this.#state);
  }

  /** Bytes taken by `send` and not yet handed to the operating system. */
  get bufferedAmount(): number {
    return this.#queue.byteLength + (this.#slot.current?.bufferedAmount ?? 0);
  }

  /** Sending requests of this session, one at a time. */
  get sendTurns(): SendTurns {
    return (this.#sendTurns ??= new SendTurns());
  }

  /** The one receiver, while there is one. */
  get receiver(): Receiver | undefined {
    return this.#slot.current;
  }

  /** Until when its browser may be expected to come back, as `performance.now()` counts. */
  get backByMs(): number {
    return this.#slot.current === undefined ? this.#changedMs + RETURN_MS : Infinity;
  }

  /** Takes a receiver that has written its prelude; answers it with a close frame when there is one already, or no more session. */
  attach(receiver: Receiver): void {
    if (this.readyState === 3) receiver.close(this.#closing ?? INTERRUPTED);
    else if (this.#state === "held") receiver.close(ANOTHER_CONNECTION); // its opener is not admitted yet
    else if (this.#slot.take(receiver, this.owner.settings)) this.#begin(receiver);
    else this.#slot.wait(receiver, (refused) => refused.close(ANOTHER_CONNECTION));
  }

  #begin(receiver: Receiver): void {
    this.#changedMs = performance.now();
    if (receiver.socket !== undefined) this.#lingers = false;
    this.pump(receiver);
    if (this.#state === "connecting") {
      this.#enter("open");
      this.#listener?.opened();
    } else {
      this.#arm();
    }
  }

  /** Ends a receiver whose response has reached its limit: another will come. */
  finished(receiver: Receiver): void {
    if (this.#slot.current !== receiver) return;
    receiver.finish(1000, "");
    this.#slot.clear();
    this.#changedMs = performance.now();
    this.#arm();
    this.#admitContenders();
  }

  /** The receiver's other side went, or closed its WebSocket: the session is over (protocol, section 5.4). */
  leave(receiver: Receiver, info: CloseInfo): void {
    if (this.#state === "connecting") this.forget();
    else if (this.#slot.current === receiver) this.#conclude(INTERRUPTED, info);
  }

  /** Hands messages from the browser on; see {@link SessionListener.receive}. Only while open. */
  receive(messages: readonly string[]): Promise<void> | undefined {
    return this.#listener?.receive(messages);
  }

  /** Queues a message; it goes out, with all others of this turn, when the turn ends. Ignored unless open. */
  send(message: OutboundMessage): void {
    if (this.#state !== "open") return;
    this.#queue.push(message);
    const bufferedAmount = this.bufferedAmount;
    if (bufferedAmount + this.#queue.overhead > this.owner.settings.maxBufferedAmount) {
      this.#queue.clear(); // the rest waits for the flush: whoever sends to many runs no hook
      this.#closing = OVERLOADED;
      this.#enter("closing");
    }
    if (bufferedAmount >= HIGH_WATER_MARK) this.#aboveMark = true;
    if (this.#scheduled) return;
    this.#scheduled = true;
    this.owner.schedule(this, message.shared);
  }

  /** Called by the server once the messages of a turn have been sent. */
  flush(): void {
    this.#scheduled = false;
    if (this.#closing === OVERLOADED) this.fail(OVERLOADED);
    else if (this.#slot.current !== undefined) this.pump(this.#slot.current);
  }

  /** Closes after everything queued has gone out (protocol, section 5.6). */
  close(closing: CloseReason): void {
    if (this.#state === "connecting") this.#conclude(closing, { ...closing, wasClean: true });
    if (this.#state !== "open") return;
    this.#closing = closing;
    this.#enter("closing");
    if (this.#slot.current !== undefined) this.pump(this.#slot.current);
    else if (this.#queue.isEmpty) this.#sayGoodbye();
  }

  /** A receiver has written its close frame. */
  dismissed(): void {
    if (this.readyState === 3) this.#settle("given");
  }

  /** Closes at once, not cleanly: what is queued is dropped, the receiver gets the close frame if it takes one now. */
  fail(closing: CloseReason): void {
    if (this.readyState === 3) return;
    if (this.#slot.current?.fail(closing) === "cut") this.#slot.clear(); // and may come back to be told
    this.#conclude(closing, { ...closing, wasClean: false });
  }

  /** Cuts the connection without a close frame: input that is broken, or a peer found dead. */
  abort(info: CloseReason): void {
    this.#slot.current?.terminate();
    this.#conclude(INTERRUPTED, { ...info, wasClean: false });
  }

  /** Drops a session that never opened, or whose end nobody needs to be told. */
  forget(): void {
    if (this.#state === "gone") return;
    this.#enter("gone");
    this.#settle("moot");
    this.owner.forgotten(this);
  }

  /** Writes what is due, in order, while the receiver takes it: open frame, messages, close frame. */
  pump(receiver: Receiver): void {
    if (this.#slot.current !== receiver || this.#closing === OVERLOADED) return;
    let isFull = false;
    while (!isFull && !(this.#openSent && this.#queue.isEmpty) && receiver.ready()) {
      isFull = this.#writeFrame(receiver);
    }
    if (isFull) this.finished(receiver);
    if (this.#state === "closing" && this.#queue.isEmpty) this.#sayGoodbye();
    // It was due while the receiver took nothing.
    if (this.#slot.owesHeartbeat(receiver) && receiver.ready()) this.#sendHeartbeat(receiver);
    if (this.#aboveMark && this.bufferedAmount < HIGH_WATER_MARK) {
      this.#aboveMark = false;
      if (this.#state === "open") this.#listener?.drained();
    }
  }

  /** Writes the open frame, else messages. Returns whether the receiver's response is full. */
  #writeFrame(receiver: Receiver): boolean {
    this.#slot.liveness?.sent(performance.now());
    if (this.#openSent) return receiver.sendMessages(this.#queue.take()) === "full";
    this.#openSent = true;
    return receiver.sendFrame(OPEN_FRAME) === "full";
  }

  /** Everything has gone out: the close frame goes to the receiver as soon as it takes it, or to the next that comes. */
  #sayGoodbye(): void {
    const closing = this.#closing ?? INTERRUPTED;
    const receiver = this.#slot.current;
    if (receiver !== undefined) {
      if (!this.#openSent || !receiver.ready()) return;
      receiver.close(closing);
    }
    this.#conclude(closing, { ...closing, wasClean: true });
  }

  #conclude(closing: CloseReason, info: CloseInfo): void {
    if (this.readyState === 3) return;
    const wasOpen = this.readyState !== 0;
    const isTold = this.#slot.current?.done === true; // else its close frame waits for its sink
    this.#closing = closing;
    this.#slot.clear();
    this.#queue.clear();
    this.#sendTurns?.releaseAll();
    this.#enter("lingering");
    if (wasOpen) this.#listener?.closed(info);
    if (closing === INTERRUPTED) this.#settle("moot");
    else if (isTold) this.#settle("given");
    if (!this.#lingers || !wasOpen) this.forget();
    this.#admitContenders();
  }

  #admitContenders(): void {
    for (const receiver of this.#slot.takeContenders()) this.attach(receiver);
  }

  #settle(farewell: Farewell): void {
    if (this.farewell !== "due") return;
    this.farewell = farewell;
    this.owner.settled(this);
  }

  #enter(state: SessionState): void {
    this.#state = state;
    this.#changedMs = performance.now();
    this.owner.trace?.(this.id, state);
    if (state === "gone") this.owner.timers.cancel(this);
    else if (state !== "lingering" || this.#lingers) this.#arm();
  }

  /** Has the session woken for the earliest thing due; what is put off meanwhile is found out then. */
  #arm(): void {
    const { timers, settings } = this.owner;
    const { liveness } = this.#slot;
    const timeMs = dueMs(this.#state, this.#changedMs, liveness, settings);
    if (timeMs < Infinity) timers.wakeAt(this, timeMs, delayMs(this.#state, liveness, settings));
  }

  wake(): void {
    this.wakeStep = Infinity;
    const nowMs = performance.now();
    const { current, liveness } = this.#slot;
    if (nowMs < dueMs(this.#state, this.#changedMs, liveness, this.owner.settings)) {
      this.#arm();
    } else if (this.#state === "lingering") {
      this.forget();
    } else if (this.#state === "open" && current !== undefined) {
      const verdict = liveness?.check(nowMs);
      if (verdict === "dead") this.abort(ABNORMAL);
      else if (verdict === "heartbeat due") this.#sendHeartbeat(current);
      this.#arm();
    } else {
      current?.terminate();
      this.#conclude(this.#closing ?? INTERRUPTED, LOST);
      this.forget(); // the delay in which somebody might have asked is over
    }
  }

  #sendHeartbeat(receiver: Receiver): void {
    this.#slot.liveness?.sent(performance.now());
    if (receiver.sendFrame(HEARTBEAT_FRAME) === "full") this.finished(receiver);
  }
}
