import type { OutboundMessage } from "./outbound-message.ts";
import type { TransportName } from "./transport-name.ts";

/** What a server has done and holds, at one moment. */
export interface Stats {
  /** Open connections, by the transport that opened them; those with none are left out. */
  readonly connections: Readonly<Partial<Record<TransportName, number>>>;
  /** Open connections in all. */
  readonly open: number;
  /** Sessions held, those included that wait to be forgotten. */
  readonly sessions: number;
  /** Connections opened since the server was made. */
  readonly opened: number;
  /** Connections closed since then, by close code. */
  readonly closed: Readonly<Record<string, number>>;
  /** Messages taken from browsers and handed to the application, and sent by it; a message to many counts for each. */
  readonly messagesReceived: number;
  readonly messagesSent: number;
  /** Their bytes as UTF-16 code units for messages received, as UTF-8 for messages sent. */
  readonly charactersReceived: number;
  readonly bytesSent: number;
  /** Topics that have a subscriber. */
  readonly topics: number;
}

/** Counts what passes through a server. */
export class Counters {
  opened = 0;
  messagesReceived = 0;
  messagesSent = 0;
  charactersReceived = 0;
  bytesSent = 0;
  readonly closed: Map<number, number> = new Map();

  received(messages: readonly string[]): void {
    this.messagesReceived += messages.length;
    for (const message of messages) this.charactersReceived += message.length;
  }

  sent(message: OutboundMessage): void {
    this.messagesSent++;
    this.bytesSent += message.byteLength;
  }

  closedWith(code: number): void {
    this.closed.set(code, (this.closed.get(code) ?? 0) + 1);
  }
}
