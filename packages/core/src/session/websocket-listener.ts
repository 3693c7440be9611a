import { ABNORMAL, OVERLOADED, TOO_BIG } from "../wire/close.ts";
import { decodeSocketMessage, maxMessages } from "../wire/json.ts";
import { transferMs } from "./progress.ts";
import { Receiver } from "./receiver.ts";
import type { Session } from "./session.ts";
import type { SocketListener, SocketSettings, SocketSink } from "../seam/socket.ts";
import { utf8Length } from "../wire/utf8.ts";
import type { Transport } from "../transports/transport.ts";

/** What the sockets of one transport are made with, but for headers of their own. */
export function socketSettings(
  transport: Transport,
  options: {
    readonly maxBodySize: number;
    readonly maxMessageSize: number;
    readonly heartbeatDelay: number;
    readonly pongTimeout: number;
  },
): SocketSettings {
  const { maxBodySize, maxMessageSize, heartbeatDelay, pongTimeout } = options;
  const maxPayload = transport.framed ? maxBodySize : maxMessageSize;
  return { maxPayload, heartbeatDelay, pongTimeout, headers: {} };
}

/** Connects a WebSocket's events to its session. Serves the raw WebSocket as well, whose messages are the application's. */
export class WebSocketListener implements SocketListener {
  readonly settings: SocketSettings;
  readonly #session: Session;
  readonly #transport: Transport;
  readonly #receiver: Receiver;
  readonly #maxMessageSize: number;
  #socket: SocketSink | undefined;

  /** `settings` may be those of other sockets as well; `maxMessageSize` in bytes. */
  constructor(
    session: Session,
    transport: Transport,
    settings: SocketSettings,
    maxMessageSize: number,
  ) {
    this.settings = settings;
    this.#maxMessageSize = maxMessageSize;
    this.#session = session;
    this.#transport = transport;
    this.#receiver = new Receiver(session, transport, Infinity);
  }

  get transferMs(): number {
    return transferMs(this.#receiver.unconfirmedBytes);
  }

  start(socket: SocketSink): void {
    this.#socket = socket;
    this.#receiver.startSocket(socket);
  }

  message(text: string): void {
    if (this.#session.state !== "open") return;
    if (text === "" && this.#transport.framed) return; // protocol, section 6: empty messages are ignored
    if (text.length > this.settings.maxPayload) {
      this.#session.fail(TOO_BIG); // where the runtime's own limit is higher
      return;
    }
    const messages = this.#transport.framed ? decodeSocketMessage(text) : [text];
    if (messages === undefined) {
      this.#session.abort({ ...ABNORMAL, reason: "Broken JSON encoding" });
    } else if (this.#areTooBig(messages, text.length)) {
      this.#session.fail(TOO_BIG);
    } else {
      const room = this.#session.receive(messages);
      if (room !== undefined) this.#waitForRoom(room);
    }
  }

  binary(): void {
    this.#session.abort({ ...ABNORMAL, reason: "Binary message" });
  }

  closed(code: number, reason: string, wasClean: boolean): void {
    this.#receiver.closedByPeer(code, reason, wasClean);
  }

  drained(): void {
    this.#receiver.drained();
  }

  interrupted(): void {
    this.#receiver.interrupted();
  }

  #areTooBig(messages: readonly string[], payloadLength: number): boolean {
    if (messages.length > maxMessages(this.settings.maxPayload)) return true;
    // A character takes three bytes at most.
    if (payloadLength <= this.#maxMessageSize / 3) return false;
    return messages.some((message) => utf8Length(message) > this.#maxMessageSize);
  }

  #waitForRoom(room: Promise<void>): void {
    const socket = this.#socket;
    if (socket?.pause === undefined) {
      this.#session.fail(OVERLOADED);
      return;
    }
    socket.pause();
    void room.then(() => socket.resume?.());
  }
}
