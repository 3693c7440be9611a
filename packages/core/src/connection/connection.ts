import type { Connection } from "./linked-connection.ts";
import type { CloseInfo } from "../session/session.ts";

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
