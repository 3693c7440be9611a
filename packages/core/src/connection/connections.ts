import { TaskTurns } from "../time/task-turns.ts";
import type { SockJSError } from "../options/errors.ts";
import type { Reporter } from "../options/reporter.ts";
import { Counters } from "../stats/stats.ts";
import type { TransportName } from "../transports/transport.ts";
import type { CloseInfo } from "../wire/close.ts";
import { OutboundMessage } from "../wire/outbound-message.ts";
import type { Handler } from "./connection.ts";
import type { ConnectionOwner, LinkedConnection } from "./linked-connection.ts";
import { RunningHooks } from "./running-hooks.ts";
import { Topics, type Subscriber } from "./topics.ts";

/** Codes by which browsers close, or are found gone (RFC 6455, section 7.4.1). */
const USUAL_CODES: ReadonlySet<number> = new Set([1000, 1001, 1005, 1006]);

/** The open connections of one server, their topics, and what passes through them. */
export class Connections implements ConnectionOwner {
  readonly handler: Handler<unknown>;
  readonly maxUnreadAmount: number;
  readonly open: Set<LinkedConnection> = new Set();
  readonly topics: Topics<Subscriber> = new Topics();
  readonly counters: Counters = new Counters();
  readonly turns: TaskTurns = new TaskTurns();
  readonly running: RunningHooks = new RunningHooks();
  readonly #reporter: Reporter;
  #channelCount = 0;

  constructor(handler: Handler<unknown>, maxUnreadAmount: number, reporter: Reporter) {
    this.handler = handler;
    this.maxUnreadAmount = maxUnreadAmount;
    this.#reporter = reporter;
  }

  /** Channels open on multiplexed connections. */
  get channelCount(): number {
    return this.#channelCount;
  }

  /** How many are open, by the transport that opened them. */
  byTransport(): Partial<Record<TransportName, number>> {
    const counts: Partial<Record<TransportName, number>> = {};
    for (const { transport } of this.open) counts[transport] = (counts[transport] ?? 0) + 1;
    return counts;
  }

  opened(connection: LinkedConnection): void {
    this.open.add(connection);
    this.counters.opened++;
    if (this.#reporter.isLogged) {
      const { id, transport } = connection;
      this.#reporter.log({ level: "info", event: "open", connection: id, transport });
    }
  }

  closed(connection: LinkedConnection, { code, wasClean }: CloseInfo, byBrowser: boolean): void {
    this.open.delete(connection);
    // A browser may choose any of 2000 codes: each would be a number of its own for good.
    this.counters.closedWith(byBrowser && !USUAL_CODES.has(code) ? "other" : code);
    if (this.#reporter.isLogged) {
      this.#reporter.log({
        level: "info",
        event: "close",
        connection: connection.id,
        code,
        wasClean,
      });
    }
  }

  channelOpened(): void {
    this.#channelCount++;
  }

  channelClosed(): void {
    this.#channelCount--;
  }

  sent(message: OutboundMessage): void {
    if (!message.shared) this.counters.tick();
    this.counters.sent(message);
  }

  received(messages: readonly string[]): void {
    this.counters.received(messages);
  }

  /** Sends to every subscriber of a topic but one, encoded once. */
  publish(topic: string, message: string, except?: Subscriber): void {
    if (typeof message !== "string") {
      throw new TypeError("Cannot publish message: it must be a string");
    }
    const shared = this.#shareMessage(message);
    for (const subscriber of this.topics.subscribers(topic)) {
      if (subscriber !== except) subscriber.sendMessage(shared);
    }
  }

  /** Sends to every connection, encoded once. */
  broadcast(message: string): void {
    if (typeof message !== "string") {
      throw new TypeError("Cannot broadcast message: it must be a string");
    }
    const shared = this.#shareMessage(message);
    for (const connection of this.open) connection.sendMessage(shared);
  }

  report(error: SockJSError): void {
    this.#reporter.report(error);
  }

  /** Makes a message for many, for all of whom the counters' clock is looked at once. */
  #shareMessage(message: string): OutboundMessage {
    this.counters.tick();
    return new OutboundMessage(message, true);
  }
}
