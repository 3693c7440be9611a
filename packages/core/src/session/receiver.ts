import type { Trace } from "./session-owner.ts";
import { closeFrame } from "../wire/frame.ts";
import { quote } from "../wire/json.ts";
import { LOST, toWebSocketClose, type CloseInfo, type CloseReason } from "../wire/close.ts";
import { frameOf, sharedFrame, type OutboundMessage } from "../wire/outbound-message.ts";
import { HIGH_WATER_MARK, type ResponseSource, type Sink } from "../seam/sink.ts";
import type { Transport } from "../transports/transport.ts";
import type { SocketSink } from "../seam/socket.ts";
import { utf8Length } from "../wire/utf8.ts";

/** A response limit that any frame reaches, so that the response ends after one. */
export const ONE_FRAME = 0;

/** Characters that cannot be a large response, at three bytes each: those of a poll need not be counted. */
const SURELY_SMALL = HIGH_WATER_MARK / 3;

/** What a receiver needs of its session. */
export interface ReceiverOwner {
  readonly id: string | undefined;
  readonly owner: { readonly trace?: Trace | undefined };
  /** The receiver may be written to. */
  attach(receiver: Receiver): void;
  /** The receiver takes frames again. */
  pump(receiver: Receiver): void;
  /** A close frame has been written. */
  dismissed(): void;
  /** The browser has gone or, by a WebSocket's close frame, has closed. */
  leave(receiver: Receiver, info: CloseInfo): void;
  /** A large response that has ended has left the process; `hasParted` once its connection has ended as well. */
  left(receiver: Receiver, hasParted: boolean): void;
}

/**
 * Joins a session, a transport and a sink: the one open response or socket the session may write to. It keeps *finished*
 * (ended by us) apart from *interrupted* (the browser went).
 */
export class Receiver implements ResponseSource {
  readonly endsAfterFirstWrite: boolean;
  readonly #session: ReceiverOwner;
  readonly #transport: Transport;
  readonly #limitBytes: number;
  #sink: Sink | undefined;
  #socket: SocketSink | undefined;
  #sentBytes = 0;
  #farewell: { readonly frame: string; readonly code: number; readonly reason: string } | undefined;
  #done = false;

  /** `limitBytes` of frames end the response: {@link ONE_FRAME} for polling transports, none for a WebSocket. */
  constructor(session: ReceiverOwner, transport: Transport, limitBytes: number) {
    this.endsAfterFirstWrite = limitBytes === ONE_FRAME;
    this.#session = session;
    this.#transport = transport;
    this.#limitBytes = limitBytes;
  }

  start(sink: Sink): void {
    if (this.#done) {
      sink.terminate(); // the browser went before its response began
      return;
    }
    this.#sink = sink;
    if (this.#transport.prelude !== "") sink.write(this.#transport.prelude, false);
    this.#session.attach(this);
  }

  /** As {@link Receiver.start}, for a sink that is a WebSocket. */
  startSocket(socket: SocketSink): void {
    this.#socket = socket;
    this.start(socket);
  }

  /** The WebSocket, where there is one: what can be pinged and paused. */
  get socket(): SocketSink | undefined {
    return this.#socket;
  }

  /** Whether the response has ended or the browser has gone. */
  get done(): boolean {
    return this.#done;
  }

  /** Whether the response may go on for long after its end: 64 KiB or more were written. Small ones are not watched. */
  get isLarge(): boolean {
    return this.#limitBytes !== Infinity && this.#sentBytes >= HIGH_WATER_MARK;
  }

  /** Whether the response has ended and has not left the process. */
  get isLeaving(): boolean {
    return this.#done && this.#sink?.isLeaving === true;
  }

  /** Whether it has written a close frame. */
  get saidFarewell(): boolean {
    return this.#farewell !== undefined;
  }

  get framed(): boolean {
    return this.#transport.framed;
  }

  get bufferedAmount(): number {
    return this.#sink?.bufferedAmount ?? 0;
  }

  /**
   * Bytes written of which nothing tells that they have arrived; a few less than there are where nothing counts them exactly,
   * as those of a WebSocket's text that is not ASCII.
   */
  get unconfirmedBytes(): number {
    return this.#sentBytes;
  }

  /** The peer has answered a ping that this many of those bytes went before. A WebSocket has no limit to count for. */
  confirm(bytes: number): void {
    this.#sentBytes -= bytes;
  }

  /** Whether a frame may be written now; when not, the session's `pump` is called once it may. */
  ready(): boolean {
    return !this.#done && this.#sink !== undefined && this.#sink.ready();
  }

  /** Writes an open, heartbeat or close frame; the raw WebSocket knows none. Tells when the response is full. */
  sendFrame(frame: string): "full" | undefined {
    if (this.#sink === undefined || !this.#transport.framed) return undefined;
    const text = this.#transport.encode(frame);
    this.#session.owner.trace?.(this.#session.id, frame);
    this.#sink.write(text, false);
    return this.#count(text, false);
  }

  /** Writes messages in one frame. Tells when the response is full. */
  sendMessages(messages: readonly OutboundMessage[]): "full" | undefined {
    const sink = this.#sink;
    if (sink === undefined) return undefined;
    const { name, framed, sharesFrames, encode } = this.#transport;
    this.#session.owner.trace?.(
      this.#session.id,
      frameOf(messages, (frame) => frame),
    );
    if (!framed) {
      for (const { text, isAscii, byteLength } of messages) {
        sink.write(text, isAscii);
        this.#sentBytes += byteLength;
      }
      return undefined; // only the raw WebSocket has no frames, and no WebSocket has a limit
    }
    if (sharesFrames && messages.every(({ shared }) => shared)) {
      const shared = sharedFrame(messages, name, encode);
      sink.writeShared(shared);
      return this.#limitBytes === Infinity
        ? this.#countBytes(shared.text.length)
        : this.#countBytes(shared.bytes.byteLength);
    }
    const isAscii = messages.every((message) => message.isAscii);
    const text = frameOf(messages, encode);
    sink.write(text, isAscii);
    return this.#count(text, isAscii);
  }

  /** Tells why it closes, in a close frame, and ends. */
  close({ code, reason }: CloseReason): void {
    this.dismiss(closeFrame(code, quote(reason)), code, reason);
  }

  /** As `close` where the sink takes a frame now or in the next turn; else cuts, and says so. */
  fail(closing: CloseReason): "cut" | undefined {
    if (this.ready() || this.bufferedAmount < HIGH_WATER_MARK) {
      this.close(closing);
      return undefined;
    }
    this.terminate();
    return "cut";
  }

  /** Writes a close frame as soon as the sink takes it, and ends. */
  dismiss(frame: string, code: number, reason: string): void {
    this.#farewell = { frame, code, reason };
    this.#sayFarewell();
  }

  /** Ends normally. */
  finish(code: number, reason: string): void {
    if (this.#done) return;
    this.#done = true;
    this.#sink?.end(...toWebSocketClose(code, reason));
  }

  /** Cuts the connection without telling the session; also that of a response that is leaving. */
  terminate(): void {
    if (this.#done && !this.isLeaving) return;
    this.#done = true;
    this.#sink?.terminate();
  }

  drained(): void {
    if (this.#done) return;
    if (this.#farewell === undefined) this.#session.pump(this);
    else this.#sayFarewell();
  }

  interrupted(): void {
    if (this.#done && !this.isLeaving) return;
    this.#done = true;
    this.#session.leave(this, LOST);
  }

  left(): void {
    this.#session.left(this, false);
  }

  parted(): void {
    this.#session.left(this, true);
  }

  /** The peer closed its WebSocket. */
  closedByPeer(code: number, reason: string, wasClean: boolean): void {
    if (this.#done) return;
    this.#done = true;
    this.#session.leave(this, wasClean ? { code, reason, wasClean } : LOST);
  }

  #sayFarewell(): void {
    if (this.#farewell === undefined || !this.ready()) return;
    const { frame, code, reason } = this.#farewell;
    if (this.sendFrame(frame) === "full") this.finish(1000, "");
    else this.finish(code, reason);
    this.#session.dismissed();
  }

  #count(text: string, isAscii: boolean): "full" | undefined {
    // A WebSocket has no limit to count for, and a poll that is surely small none that could be missed.
    const isRough =
      this.#limitBytes === Infinity ||
      (this.#limitBytes === ONE_FRAME && text.length < SURELY_SMALL);
    return this.#countBytes(isAscii || isRough ? text.length : utf8Length(text));
  }

  #countBytes(bytes: number): "full" | undefined {
    this.#sentBytes += bytes;
    return this.#sentBytes >= this.#limitBytes ? "full" : undefined;
  }
}
