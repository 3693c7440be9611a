import {
  checkCloseCode,
  GO_AWAY,
  HOOK_FAILED,
  SockJSError,
  type CloseReason,
} from "../options/errors.ts";
import type { Handler } from "./connection.ts";
import { HookQueue, type HookOwner } from "./hook-queue.ts";
import type { LazyRequest } from "./opening-request.ts";
import { OutboundMessage } from "../wire/outbound-message.ts";
import type { CloseInfo, SessionListener, SessionState } from "../session/session.ts";
import { HIGH_WATER_MARK } from "../seam/sink.ts";
import type { Subscriber, Topics } from "./topics.ts";
import type { TransportName } from "../transport-name.ts";

/**
 * One conversation with a browser, whatever transport carries it. Iterating it yields the messages in order until it
 * closes; a handler with a `message` hook gets them there instead. To stop iterating closes nothing: messages wait then, up
 * to `maxUnreadAmount`.
 */
export interface Connection<Context = undefined> extends AsyncIterable<string> {
  /** Random and unique; never the session id of the URL, which is a secret. */
  readonly id: string;
  /** The transport that opened it; a browser may go on with another of the HTTP transports. */
  readonly transport: TransportName;
  /**
   * The request that opened it, without its body; without `Cookie` and `Authorization`, too, where `origins` is `"*"`.
   */
  readonly request: Request;
  /** The browser's address, `trustProxy` considered; `undefined` where the runtime does not tell. */
  readonly remoteAddress: string | undefined;
  /** 0 connecting, 1 open, 2 closing, 3 closed, as in WebSocket. */
  readonly readyState: 0 | 1 | 2 | 3;
  /** Bytes taken by `send` and not yet handed to the runtime. Above `maxBufferedAmount` the connection is closed. */
  readonly bufferedAmount: number;
  /** Aborted when the connection has closed. */
  readonly signal: AbortSignal;
  /** What `authorize` returned. */
  readonly context: Context;
  /**
   * Sends a message, in order; messages of one turn of the event loop may share a frame. Ignored once closing.
   *
   * @throws {TypeError} when the message is not a string.
   */
  send(message: string): void;
  /**
   * Closes after everything sent before has gone out. By default 3000 and "Go away!".
   *
   * @throws {RangeError} when the code is not a whole number from 1000 to 4999.
   * @throws {TypeError} when the reason is not a string.
   */
  close(code?: number, reason?: string): void;
  /** Gets what is published to a topic, until unsubscribed or closed. */
  subscribe(topic: string): void;
  /** Gets nothing more of a topic; no effect without a subscription. */
  unsubscribe(topic: string): void;
  /** Sends a message to every other subscriber of a topic, framed once for all. */
  publish(topic: string, message: string): void;
  /** The messages as a stream with backpressure, made on first use; cancelling it closes the connection. */
  readonly readable: ReadableStream<string>;
  /** Sends what is written, with backpressure, made on first use; closing it closes the connection. */
  readonly writable: WritableStream<string>;
}

/** What carries a connection: a session, or a channel of a multiplexed one. */
export interface Link {
  readonly state: SessionState;
  readonly bufferedAmount: number;
  send(message: OutboundMessage): void;
  close(closing: CloseReason): void;
}

/** Who keeps a connection and hears of what becomes of it. */
export interface ConnectionOwner<Context> {
  readonly handler: Handler<Context>;
  /** See {@link Options.maxUnreadAmount}. */
  readonly maxUnreadAmount: number;
  readonly topics: Topics<Subscriber>;
  opened(connection: LinkedConnection<Context>): void;
  closed(connection: LinkedConnection<Context>, info: CloseInfo): void;
  channelOpened(): void;
  channelClosed(): void;
  sent(message: OutboundMessage): void;
  received(messages: readonly string[]): void;
  publish(topic: string, message: string, except: Subscriber): void;
  report(error: SockJSError): void;
}

/** What is known of a connection before it opens. */
export interface ConnectionInit<Context> {
  readonly link: Link;
  readonly transport: TransportName;
  readonly request: LazyRequest;
  readonly remoteAddress: string | undefined;
  readonly context: Context;
}

/** The connection that the application holds, carried by a link that it never sees. */
export class LinkedConnection<Context>
  implements Connection<Context>, SessionListener, Subscriber, HookOwner<Context>
{
  readonly transport: TransportName;
  readonly remoteAddress: string | undefined;
  readonly context: Context;
  readonly owner: ConnectionOwner<Context>;
  readonly #link: Link;
  readonly lazyRequest: LazyRequest;
  readonly #hooks: HookQueue<Context>;
  #id: string | undefined;
  #abort: AbortController | undefined;
  #topics: Set<string> | undefined;
  #readable: ReadableStream<string> | undefined;
  #writable: WritableStream<string> | undefined;
  #drainWaiter: (() => void) | undefined;

  constructor(owner: ConnectionOwner<Context>, init: ConnectionInit<Context>) {
    this.transport = init.transport;
    this.remoteAddress = init.remoteAddress;
    this.context = init.context;
    this.owner = owner;
    this.#link = init.link;
    this.lazyRequest = init.request;
    this.#hooks = new HookQueue(this, this);
  }

  get handler(): Handler<Context> {
    return this.owner.handler;
  }

  get maxUnreadAmount(): number {
    return this.owner.maxUnreadAmount;
  }

  get id(): string {
    return (this.#id ??= crypto.randomUUID());
  }

  get request(): Request {
    return this.lazyRequest.value;
  }

  get readyState(): 0 | 1 | 2 | 3 {
    switch (this.#link.state) {
      case "connecting":
        return 0;
      case "open":
        return 1;
      case "closing":
        return 2;
      case "closed":
        return 3;
    }
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
    if (this.#link.state !== "open") return;
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
    return { next: () => this.#hooks.read() };
  }

  /**
   * Hands messages from the browser to the application, in order. Returns a promise to wait for before the browser may be
   * told to send more, where the application is behind.
   */
  receive(messages: readonly string[]): Promise<void> | undefined {
    this.owner.received(messages);
    for (const message of messages) {
      if (this.#link.state !== "open") return undefined; // closed by the hook of a message before
      this.#hooks.message(message);
    }
    return this.#hooks.isFull ? this.#hooks.whenRoom() : undefined;
  }

  opened(): void {
    this.owner.opened(this);
    this.#hooks.open();
  }

  drained(): void {
    this.#releaseWriter();
    this.#hooks.drain();
  }

  closed(info: CloseInfo): void {
    for (const topic of this.#topics ?? []) this.owner.topics.unsubscribe(topic, this);
    this.owner.closed(this, info);
    this.#releaseWriter();
    this.#abort?.abort();
    this.#hooks.close(info);
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
