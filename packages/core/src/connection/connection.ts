import type { TransportName } from "../transports/transport.ts";
import type { CloseInfo } from "../wire/close.ts";

/**
 * One conversation with a browser, whatever transport carries it. Iterating it yields the messages in order until it
 * closes; a handler with a `message` hook gets them there instead. Leaving the loop does not close the connection:
 * messages wait then, up to `maxUnreadAmount`.
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
  /** The browser's address, `trustProxy` considered; `undefined` where the runtime does not tell it. */
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

/**
 * What the application does with connections: hooks, or one function that is called with each new connection and reads its
 * messages by iterating it.
 *
 * A hook that throws or rejects closes its own connection with 1011, is reported to `onError`, and disturbs nobody else.
 */
export type Handler<Context = undefined> =
  | Hooks<Context>
  | ((connection: Connection<Context>) => void | Promise<void>);

/**
 * The hooks of one connection run one at a time in the order of events: `open` first, `close` exactly once and last. One
 * that returns a promise holds back the next until it settles, and so the browser's further messages once more than
 * `maxUnreadAmount` bytes wait.
 */
export interface Hooks<Context = undefined> {
  /** The connection is open: it may send, and what it sends here goes out with the open frame or right after. */
  open?(connection: Connection<Context>): void | Promise<void>;
  /** Without it, messages are dropped unless the connection is iterated. */
  message?(connection: Connection<Context>, message: string): void | Promise<void>;
  /** The connection has closed, by either side or because the browser went. Called for each that opened. */
  close?(connection: Connection<Context>, event: CloseInfo): void | Promise<void>;
  /** `bufferedAmount` has fallen below 64 KiB after being above it: time to send more. Runs at once, between other hooks. */
  drain?(connection: Connection<Context>): void;
}

/** Whether a value may be a handler: a function or an object of hooks. */
export function isHandler<Context>(value: Handler<Context> | undefined): value is Handler<Context> {
  return typeof value === "function" || (typeof value === "object" && value !== null);
}
