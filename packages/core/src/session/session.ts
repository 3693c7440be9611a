import {
  LOST,
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
import { judge, RETURN_MS, wakeWhenDue } from "./deadline.ts";
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
  /** When the receiver came or went, or the state changed, put off while a browser may still be downloading. */
  #changedMs: number = performance.now();

  constructor(id: Session["id"], remoteAddress: Session["id"], owner: SessionOwner<Session>) {
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
    return this.#queue.byteLength + this.#slot.bufferedAmount;
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
    return this.#slot.watch === undefined ? this.#changedMs + RETURN_MS : Infinity;
  }

  /** Takes a receiver that has written its prelude; answers it with a close frame when there is one already, or no more session. */
  attach(receiver: Receiver): void {
    if (this.readyState === 3) {
      receiver.close(this.#closing ?? INTERRUPTED);
      this.#changedMs = Math.min(this.#changedMs, performance.now()); // whoever asks anew has got the last response
      this.#arm();
    } else if (this.#state === "held") receiver.close(ANOTHER_CONNECTION); // its opener is not admitted yet
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
    if (!this.#slot.holds(receiver)) return;
    receiver.finish(1000, "");
    this.left(receiver, false);
    for (const waiting of this.#slot.takeContenders()) this.attach(waiting);
  }

  /** A response has ended or, if large, left the process: now its browser may take its time, until the connection ends. */
  left(receiver: Receiver, hasParted: boolean): void {
    if (!this.#slot.holds(receiver)) return;
    this.#changedMs = performance.now() + this.#slot.release(this.owner.settings, hasParted);
    this.#arm();
    if (this.#state === "lingering" && receiver.saidFarewell) this.#settle("given");
    this.#tellDrained();
  }

  /** A request of the browser brings something: it is there. */
  touch(): void {
    this.#changedMs = Math.max(this.#changedMs, performance.now());
  }

  /** The receiver's browser went, or closed its WebSocket: the session is over (protocol, section 5.4). */
  leave(receiver: Receiver, info: CloseInfo): void {
    if (this.#state === "connecting") this.forget();
    else if (this.readyState === 3) this.left(receiver, true);
    else if (this.#slot.holds(receiver)) this.#conclude(INTERRUPTED, info, true);
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
    if (!this.#scheduled) this.owner.schedule(this, message.shared);
    this.#scheduled = true;
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
    this.#slot.cut();
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
    this.#tellDrained();
  }

  /** Where nothing waits here but much in the sink, it is to call `pump` once it takes more. */
  #tellDrained(): void {
    if (!this.#aboveMark) return;
    const isSinkReady = this.#queue.isEmpty && this.#slot.current?.ready() === true;
    if (this.bufferedAmount >= HIGH_WATER_MARK && !isSinkReady) return;
    this.#aboveMark = false;
    if (this.#state === "open") this.#listener?.drained();
  }

  /** Writes the open frame, else messages. Returns whether the receiver's response is full. */
  #writeFrame(receiver: Receiver): boolean {
    this.#slot.watch?.sent(performance.now());
    if (this.#openSent) return receiver.sendMessages(this.#queue.take()) === "full";
    this.#openSent = true;
    return receiver.sendFrame(OPEN_FRAME) === "full";
  }

  /** Everything has gone out: the close frame goes to the receiver as soon as it takes it, or to the next that comes. */
  #sayGoodbye(): void {
    const closing = this.#closing ?? INTERRUPTED;
    const receiver = this.#slot.current;
    if (receiver !== undefined && !(this.#openSent && receiver.ready())) return;
    receiver?.close(closing);
    this.#conclude(closing, { ...closing, wasClean: true });
  }

  #conclude(closing: CloseReason, info: CloseInfo, byBrowser = false): void {
    if (this.readyState === 3) return;
    const wasOpen = this.readyState !== 0;
    const isTold = this.#slot.saidFarewell;
    this.#closing = closing;
    if (closing === INTERRUPTED) this.#slot.clear();
    const restMs = this.#slot.release(this.owner.settings);
    this.#queue.clear();
    this.#sendTurns?.releaseAll();
    this.#enter("lingering");
    if (wasOpen) this.#listener?.closed(info, byBrowser);
    if (closing === INTERRUPTED) this.#settle("moot");
    else if (isTold && this.#slot.watch === undefined) this.#settle("given");
    if (!this.#lingers || !wasOpen) this.forget();
    for (const waiting of this.#slot.takeContenders()) this.attach(waiting);
    this.#changedMs += restMs; // after those, who ask for a browser that may still be downloading
  }

  #settle(farewell: Farewell): void {
    if (this.farewell !== "due") return;
    this.farewell = farewell;
    this.owner.settled(this);
  }

  #enter(state: SessionState): void {
    this.#state = state;
    this.touch();
    this.owner.trace?.(this.id, state);
    if (state === "gone") this.owner.timers.cancel(this);
    else if (state !== "lingering" || this.#lingers) this.#arm();
  }

  /** Has the session woken for the earliest thing due; what is put off meanwhile is found out then. */
  #arm(): void {
    wakeWhenDue(this, this.owner, this.#state, this.#changedMs, this.#slot.watch);
  }

  wake(): void {
    this.wakeStep = Infinity;
    if (this.#sendTurns?.body?.hasMoved() === true) this.touch();
    const { current, watch } = this.#slot;
    const verdict = judge(this.owner.settings, this.#state, this.#changedMs, watch);
    if (verdict === "heartbeat due" && current !== undefined) this.#sendHeartbeat(current);
    if (verdict !== "dead") return this.#arm();
    const mayAsk = this.#state === "open" && watch !== undefined; // else the delay for that is over
    this.#slot.cut();
    this.#conclude(this.#closing ?? INTERRUPTED, LOST);
    if (!mayAsk) this.forget();
  }

  #sendHeartbeat(receiver: Receiver): void {
    this.#slot.watch?.sent(performance.now());
    if (receiver.sendFrame(HEARTBEAT_FRAME) === "full") this.finished(receiver);
  }
}
