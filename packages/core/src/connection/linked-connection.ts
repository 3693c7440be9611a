import type { Task, TaskTurns } from "../time/task-turns.ts";
import type { Connection, Handler } from "./connection.ts";
import { OpeningRequest } from "./opening-request.ts";
import type { ReadyState, SessionListener } from "../session/session-owner.ts";
import {
  checkCloseCode,
  GO_AWAY,
  HOOK_FAILED,
  type CloseReason,
  type CloseInfo,
} from "../wire/close.ts";
import { SockJSError } from "../options/errors.ts";
import { HookQueue, type HookOwner } from "./hook-queue.ts";
import { MessageIterator } from "./message-iterator.ts";
import { OutboundMessage } from "../wire/outbound-message.ts";
import type { RunningHooks } from "./running-hooks.ts";
import { HIGH_WATER_MARK } from "../seam/sink.ts";
import type { Subscriber, Topics } from "./topics.ts";
import type { TransportName } from "../transports/transport.ts";

/** What carries a connection: a session, or a channel of a multiplexed one. */
export interface Link {
  readonly readyState: ReadyState;
  readonly bufferedAmount: number;
  send(message: OutboundMessage): void;
  close(closing: CloseReason): void;
}

/** Who keeps a connection and hears of what becomes of it. */
export interface ConnectionOwner {
  readonly handler: Handler<unknown>;
  /** See {@link Options.maxUnreadAmount}. */
  readonly maxUnreadAmount: number;
  readonly topics: Topics<Subscriber>;
  /** In which hooks of the server's connections are run one after another. */
  readonly turns: TaskTurns;
  /** What of the application runs, on any connection of the server. */
  readonly running: RunningHooks;
  opened(connection: LinkedConnection): void;
  closed(connection: LinkedConnection, info: CloseInfo, byBrowser: boolean): void;
  channelOpened(): void;
  channelClosed(): void;
  sent(message: OutboundMessage): void;
  received(messages: readonly string[]): void;
  publish(topic: string, message: string, except: Subscriber): void;
  report(error: SockJSError): void;
}

/** What is known of a connection before it opens. */
export interface ConnectionInit {
  readonly link: Link;
  readonly transport: TransportName;
  readonly request: OpeningRequest;
  readonly remoteAddress: string | undefined;
  readonly context: unknown;
}

/** The connection that the application holds, carried by a link that it never sees. */
export class LinkedConnection
  implements Connection<unknown>, SessionListener, Subscriber, HookOwner, Task
{
  readonly transport: TransportName;
  readonly remoteAddress: string | undefined;
  readonly context: unknown;
  readonly owner: ConnectionOwner;
  readonly #link: Link;
  readonly openingRequest: OpeningRequest;
  readonly #hooks: HookQueue;
  #id: string | undefined;
  #abort: AbortController | undefined;
  #topics: Set<string> | undefined;
  #readable: ReadableStream<string> | undefined;
  #writable: WritableStream<string> | undefined;
  #drainWaiter: (() => void) | undefined;
  #closeListener: ((info: CloseInfo) => void) | undefined;

  constructor(owner: ConnectionOwner, init: ConnectionInit) {
    this.transport = init.transport;
    this.remoteAddress = init.remoteAddress;
    this.context = init.context;
    this.owner = owner;
    this.#link = init.link;
    this.openingRequest = init.request;
    this.#hooks = new HookQueue(this, this);
  }

  get handler(): Handler<unknown> {
    return this.owner.handler;
  }

  get maxUnreadAmount(): number {
    return this.owner.maxUnreadAmount;
  }

  get turns(): TaskTurns {
    return this.owner.turns;
  }

  get running(): RunningHooks {
    return this.owner.running;
  }

  get id(): string {
    return (this.#id ??= crypto.randomUUID());
  }

  get request(): Request {
    return this.openingRequest.value;
  }

  get readyState(): ReadyState {
    return this.#link.readyState;
  }

  get bufferedAmount(): number {
    return this.#link.bufferedAmount;
  }

  get signal(): AbortSignal {
    if (this.#abort === undefined) {
      this.#abort = new AbortController();
      if (this.readyState === 3) this.#abort.abort();
    }
    return this.#abort.signal;
  }

  send(message: string): void {
    if (typeof message !== "string") throw new TypeError(NOT_A_STRING);
    this.sendMessage(new OutboundMessage(message, false));
  }

  /** Sends a message that others may get as well. */
  sendMessage(message: OutboundMessage): void {
    if (this.#link.readyState !== 1) return;
    this.owner.sent(message);
    this.#link.send(message);
  }

  close(code: number = GO_AWAY.code, reason: string = GO_AWAY.reason): void {
    checkCloseCode(code, reason);
    this.#link.close({ code, reason });
  }

  subscribe(topic: string): void {
    if (this.readyState === 3) return;
    this.#topics ??= new Set();
    this.#topics.add(topic);
    this.owner.topics.subscribe(topic, this);
  }

  unsubscribe(topic: string): void {
    if (this.#topics?.delete(topic) === true) this.owner.topics.unsubscribe(topic, this);
  }

  publish(topic: string, message: string): void {
    this.owner.publish(topic, message, this);
  }

  get readable(): ReadableStream<string> {
    if (this.#readable === undefined) {
      this.#hooks.startReading();
      this.#readable = new ReadableStream(
        {
          pull: async (controller) => {
            const result = await this.#hooks.read();
            if (result.done === true) controller.close();
            else controller.enqueue(result.value);
          },
          cancel: () => this.close(),
        },
        { highWaterMark: 0 },
      );
    }
    return this.#readable;
  }

  get writable(): WritableStream<string> {
    this.#writable ??= new WritableStream({
      write: (message) => {
        this.send(message);
        return this.#whenDrained();
      },
      close: () => this.close(),
      abort: () => this.close(),
    });
    return this.#writable;
  }

  [Symbol.asyncIterator](): AsyncIterator<string, undefined> {
    this.#hooks.startReading();
    return new MessageIterator(this.#hooks);
  }

  /**
   * Hands messages from the browser to the application, in order. Returns a promise to wait for before the browser may be
   * told to send more, where the application is behind.
   */
  receive(messages: readonly string[]): Promise<void> | undefined {
    this.owner.received(messages);
    for (const message of messages) {
      if (this.#link.readyState !== 1) return undefined; // closed by the hook of a message before
      this.#hooks.message(message);
    }
    return this.#hooks.isFull ? this.#hooks.whenRoom() : undefined;
  }

  opened(): void {
    const { turns } = this.owner;
    const isTurn = turns.enter(); // a `log` that closes the connection must not have `close` run before `open`
    this.owner.opened(this);
    this.#hooks.open();
    if (isTurn) turns.leave();
  }

  drained(): void {
    this.#releaseWriter();
    this.#hooks.drain();
  }

  /** Has one listener called when the connection closes, at once: it does not wait for hooks that are behind. */
  onceClosed(listener: (info: CloseInfo) => void): void {
    this.#closeListener = listener;
  }

  closed(info: CloseInfo, byBrowser: boolean): void {
    this.#closeListener?.(info);
    for (const topic of this.#topics ?? []) this.owner.topics.unsubscribe(topic, this);
    this.owner.closed(this, info, byBrowser);
    this.#releaseWriter();
    if (this.#abort !== undefined) this.owner.turns.run(this);
    this.#hooks.close(info);
  }

  /** Aborts the signal: its listeners are the application's, and may close other connections. Called in a turn. */
  run(): void {
    this.#abort?.abort();
  }

  hookFailed(hook: string, cause: unknown): void {
    const message = `Cannot run hook "${hook}": it failed`;
    this.owner.report(new SockJSError("ERR_SOCKJS_HOOK", message, { cause }));
    this.#link.close(HOOK_FAILED);
  }

  #whenDrained(): Promise<void> | undefined {
    if (this.bufferedAmount < HIGH_WATER_MARK || this.readyState !== 1) return undefined;
    return new Promise((resolve) => {
      this.#drainWaiter = resolve;
    });
  }

  #releaseWriter(): void {
    this.#drainWaiter?.();
    this.#drainWaiter = undefined;
  }
}

const NOT_A_STRING = "Cannot send message: it must be a string";
