import type { ConnectionOwner, LinkedConnection } from "./linked-connection.ts";
import type { SockJSError } from "../options/errors.ts";
import { FlushQueue } from "../time/flush-queue.ts";
import type { Handler } from "./connection.ts";
import type { Incoming } from "../http/replies.ts";
import { resolveCloseOptions, type CloseOptions } from "../wire/close.ts";
import { isThenable } from "../time/thenable.ts";
import type { LogEntry, ResolvedOptions } from "../options/options.ts";
import { OutboundMessage } from "../wire/outbound-message.ts";
import { remoteAddress } from "../http/remote-address.ts";
import type { Runtime } from "../seam/runtime.ts";
import type { CloseInfo, Session, SessionOwner, SessionSettings } from "../session/session.ts";
import { SessionStore } from "../session/sessions.ts";
import { Counters, type Stats } from "../stats/stats.ts";
import { SLACK, TimerWheel } from "../time/timer-wheel.ts";
import { Topics, type Subscriber } from "./topics.ts";
import type { TransportName } from "../transport-name.ts";

/** Everything one server keeps: its sessions, connections, topics and counters. Nothing of it is shared between servers. */
export class ServerState<Context> implements SessionOwner, ConnectionOwner<Context> {
  readonly handler: Handler<Context>;
  readonly options: ResolvedOptions<Context>;
  readonly timers: TimerWheel;
  /** Whether the runtime has WebSockets at all. */
  readonly canUpgrade: boolean;
  readonly store: SessionStore = new SessionStore();
  readonly connections: Set<LinkedConnection<Context>> = new Set();
  readonly topics: Topics<Subscriber> = new Topics();
  readonly counters: Counters = new Counters();
  /** Set when the server ends: no session opens any more. */
  closing = false;
  readonly #flushQueue = new FlushQueue(afterThis);
  readonly #fanOutQueue: FlushQueue;
  readonly #sessions = new Set<Session>();
  #channelCount = 0;
  #closed: Promise<void> | undefined;
  /** While the server closes: the sessions that have not been told yet, and who waits for them. */
  #unsettled: { readonly sessions: Set<Session>; readonly resolve: () => void } | undefined;

  constructor(handler: Handler<Context>, options: ResolvedOptions<Context>, runtime: Runtime) {
    this.handler = handler;
    this.canUpgrade = runtime.upgrade !== undefined;
    this.options = options;
    this.#fanOutQueue = new FlushQueue(runtime.atEndOfTurn ?? afterThis);
    const { heartbeatDelay, disconnectDelay } = options;
    this.timers = new TimerWheel(Math.max(1, Math.min(heartbeatDelay, disconnectDelay) * SLACK));
  }

  get settings(): SessionSettings {
    return this.options;
  }

  get maxUnreadAmount(): number {
    return this.options.maxUnreadAmount;
  }

  /** Sessions held, named or not. */
  get sessionCount(): number {
    return this.#sessions.size;
  }

  /** Counts a session in; `forgotten` counts it out. */
  add(session: Session): void {
    this.#sessions.add(session);
    if (session.id !== undefined) this.store.add(session.id, session);
  }

  /** The session of an id, unless it was opened from another address and `verifyAddress` minds that. */
  find(id: string, incoming: Incoming): Session | "elsewhere" | undefined {
    const session = this.store.get(id);
    if (session === undefined || !this.options.verifyAddress) return session;
    return this.addressOf(incoming) === session.remoteAddress ? session : "elsewhere";
  }

  /** The browser's address, trusted proxies considered. */
  addressOf(incoming: Incoming): string | undefined {
    return remoteAddress(incoming, this.options.trustProxy);
  }

  schedule(session: Session, isForMany: boolean): void {
    (isForMany ? this.#fanOutQueue : this.#flushQueue).add(session);
  }

  settled(session: Session): void {
    if (this.#unsettled?.sessions.delete(session) === true && this.#unsettled.sessions.size === 0) {
      this.#unsettled.resolve();
    }
  }

  forgotten(session: Session): void {
    this.#sessions.delete(session);
    if (session.id !== undefined) this.store.remove(session.id, session);
  }

  opened(connection: LinkedConnection<Context>): void {
    this.connections.add(connection);
    this.counters.opened++;
    this.#log("info", "open", connection, { transport: connection.transport });
  }

  closed(connection: LinkedConnection<Context>, info: CloseInfo): void {
    this.connections.delete(connection);
    this.counters.closedWith(info.code);
    this.#log("info", "close", connection, { code: info.code, wasClean: info.wasClean });
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
    for (const connection of this.connections) connection.sendMessage(shared);
  }

  /** Makes a message for many, for all of whom the counters' clock is looked at once. */
  #shareMessage(message: string): OutboundMessage {
    this.counters.tick();
    return new OutboundMessage(message, true);
  }

  /** See {@link Server.close}. */
  close(options: CloseOptions = {}): Promise<void> {
    this.#closed ??= this.#closeAll(resolveCloseOptions(options));
    return this.#closed;
  }

  async #closeAll({ code, reason, timeout }: Required<CloseOptions>): Promise<void> {
    this.closing = true;
    const unsettled = [...this.#sessions].filter((session) => !session.settled);
    if (unsettled.length > 0) {
      let timer: ReturnType<typeof setTimeout> | undefined;
      await new Promise<void>((resolve) => {
        this.#unsettled = { sessions: new Set(unsettled), resolve };
        timer = setTimeout(resolve, timeout);
        for (const session of unsettled) session.close({ code, reason });
      });
      clearTimeout(timer);
    }
    for (const session of this.#sessions) session.end();
  }

  /** Tells the application of a failure; a callback of its own that throws or rejects is let be. */
  report(error: SockJSError): void {
    ignoreFailure(() => this.options.onError(error));
    this.log({ level: "error", event: "error", code: error.code, message: error.message });
  }

  /** Writes a line of the log; a callback that throws or rejects is let be. */
  log(entry: LogEntry): void {
    ignoreFailure(() => this.options.log?.(entry));
  }

  stats(): Stats {
    const connections: Partial<Record<TransportName, number>> = {};
    for (const { transport } of this.connections) {
      connections[transport] = (connections[transport] ?? 0) + 1;
    }
    let receivers = 0;
    let bufferedAmount = 0;
    for (const session of this.#sessions) {
      if (session.receiver !== undefined) receivers++;
      bufferedAmount += session.bufferedAmount;
    }
    const { opened, closed, messagesReceived, messagesSent, charactersReceived, bytesSent } =
      this.counters;
    return {
      connections,
      open: this.connections.size,
      sessions: this.#sessions.size,
      receivers,
      opened,
      closed: Object.fromEntries(closed),
      messagesReceived,
      messagesSent,
      charactersReceived,
      bytesSent,
      rates: this.counters.rates(),
      bufferedAmount,
      topics: this.topics.size,
      channels: this.#channelCount,
    };
  }

  #log(
    level: LogEntry["level"],
    event: string,
    connection: LinkedConnection<Context>,
    details: Readonly<Record<string, unknown>>,
  ): void {
    if (this.options.log !== undefined) {
      this.log({ level, event, connection: connection.id, ...details });
    }
  }
}

/** Calls back once the code that runs now has come to its end. */
function afterThis(callback: () => void): void {
  queueMicrotask(callback);
}

/** Runs a callback whose failure has nobody left to be told. */
function ignoreFailure(run: () => unknown): void {
  try {
    const result = run();
    if (isThenable(result)) result.then(undefined, () => {}); // as below
  } catch {
    // the callback is the place where failures are told
  }
}
