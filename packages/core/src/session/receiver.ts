import { TOO_BIG } from "../options/errors.ts";
import { frameOf, sharedFrame, type OutboundMessage } from "../wire/outbound-message.ts";
import type { Session } from "./session.ts";
import type { FrameSource, Sink } from "../seam/sink.ts";
import type { Transport } from "../transports/transport.ts";
import type { SocketSink } from "../seam/socket.ts";
import { utf8Length } from "../wire/utf8.ts";

/** A response limit that any frame reaches, so that the response ends after one. */
export const ONE_FRAME = 0;

/**
 * Joins a session, a transport and a sink: the one open response or socket the session may write to. It keeps *finished*
 * (ended by us) apart from *interrupted* (the other side went).
 */
export class Receiver implements FrameSource {
  readonly endsAfterFirstWrite: boolean;
  readonly #session: Session;
  readonly #transport: Transport;
  readonly #limitBytes: number;
  #sink: Sink | undefined;
  #socket: SocketSink | undefined;
  #sentBytes = 0;
  #farewell: { readonly frame: string; readonly code: number; readonly reason: string } | undefined;
  #done = false;

  /** `limitBytes` of frames end the response: {@link ONE_FRAME} for polling transports, none for a WebSocket. */
  constructor(session: Session, transport: Transport, limitBytes: number) {
    this.endsAfterFirstWrite = limitBytes === ONE_FRAME;
    this.#session = session;
    this.#transport = transport;
    this.#limitBytes = limitBytes;
  }

  start(sink: Sink): void {
    if (this.#done) {
      sink.terminate(); // the client went before its response began
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

  /** Whether the response has ended or the other side has gone. */
  get done(): boolean {
    return this.#done;
  }

  get framed(): boolean {
    return this.#transport.framed;
  }

  get bufferedAmount(): number {
    return this.#sink?.bufferedAmount ?? 0;
  }

  /** Whether a frame may be written now; when not, the session's `pump` is called once it may. */
  ready(): boolean {
    return !this.#done && this.#sink !== undefined && this.#sink.ready();
  }

  /** Writes an open, heartbeat or close frame; the raw WebSocket knows none. */
  sendFrame(frame: string): void {
    if (this.#sink === undefined || !this.#transport.framed) return;
    this.#count(this.#sink.write(this.#transport.encode(frame), false));
  }

  /** Writes messages in one frame. */
  sendMessages(messages: readonly OutboundMessage[]): void {
    const sink = this.#sink;
    if (sink === undefined) return;
    const { framed, sharesFrames, encode } = this.#transport;
    if (!framed) {
      for (const { text, isAscii } of messages) this.#count(sink.write(text, isAscii));
    } else if (sharesFrames && messages.every(({ shared }) => shared)) {
      this.#count(sink.writeShared(sharedFrame(messages, encode)));
    } else {
      const isAscii = messages.every((message) => message.isAscii);
      this.#count(sink.write(frameOf(messages, encode), isAscii));
    }
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

  /** Cuts the connection without telling the session. */
  terminate(): void {
    if (this.#done) return;
    this.#done = true;
    this.#sink?.terminate();
  }

  drained(): void {
    if (this.#done) return;
    if (this.#farewell === undefined) this.#session.pump(this);
    else this.#sayFarewell();
  }

  interrupted(): void {
    if (this.#done) return;
    this.#done = true;
    this.#session.interrupted(this);
  }

  /** The other side closed its WebSocket. */
  closedByPeer(code: number, reason: string, wasClean: boolean): void {
    if (this.#done) return;
    this.#done = true;
    if (wasClean) this.#session.closedByPeer(this, { code, reason, wasClean });
    else this.#session.interrupted(this);
  }

  #sayFarewell(): void {
    if (this.#farewell === undefined || !this.ready()) return;
    const { frame, code, reason } = this.#farewell;
    this.sendFrame(frame);
    this.finish(code, reason);
  }

  #count(bytes: number): void {
    this.#sentBytes += bytes;
    if (this.#done || this.#sentBytes < this.#limitBytes) return;
    this.finish(1000, "");
    this.#session.finished(this);
  }
}

const MAX_REASON_BYTES = 123; // RFC 6455, section 5.5: a control frame holds 125 bytes, two of them the code

/**
 * A close that every WebSocket can send: 1000 and 3000–4999 with their reason, as in the WebSocket API, and 1009, which a
 * runtime sends by itself where its own limit is met first; anything else as 1000 without.
 */
function toWebSocketClose(code: number, reason: string): [code: number, reason: string] {
  const allowed = code === 1000 || code === TOO_BIG.code || (code >= 3000 && code <= 4999);
  if (!allowed) return [1000, ""];
  if (utf8Length(reason) <= MAX_REASON_BYTES) return [code, reason];
  const characters = Array.from(reason.slice(0, MAX_REASON_BYTES));
  while (utf8Length(characters.join("")) > MAX_REASON_BYTES) characters.pop();
  return [code, characters.join("")];
}
