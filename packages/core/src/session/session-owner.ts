import type { TimerWheel } from "../time/timer-wheel.ts";
import type { CloseInfo } from "../wire/close.ts";

/**
 * A session's life, always in this order, states left out where they do not apply:
 *
 * - `held`: its id is taken while the application decides whether it opens;
 * - `connecting`: admitted, its first receiver is on its way;
 * - `open`: messages pass in both directions;
 * - `closing`: our side has closed, what is queued and the close frame go out;
 * - `lingering`: it has closed; whoever asks for it gets the close frame;
 * - `gone`: forgotten.
 */
export type SessionState = "held" | "connecting" | "open" | "closing" | "lingering" | "gone";

/** Whether a closed session's browser knows: not yet, it has been given the close frame, or there is nobody to be told. */
export type Farewell = "due" | "given" | "moot";

/** As in WebSocket: 0 connecting, 1 open, 2 closing, 3 closed. */
export type ReadyState = 0 | 1 | 2 | 3;

/** What the application sees of a session's state. */
export function toReadyState(state: SessionState): ReadyState {
  switch (state) {
    case "held":
    case "connecting":
      return 0;
    case "open":
      return 1;
    case "closing":
      return 2;
    case "lingering":
    case "gone":
      return 3;
  }
}

/** What a session needs of its server's options; see there. */
export interface SessionSettings {
  readonly heartbeatDelay: number;
  readonly disconnectDelay: number;
  readonly pongTimeout: number;
  readonly maxBufferedAmount: number;
}

/** Hears of each state that a session enters and of each frame that it writes; `id` is a session's, which may have none. */
export type Trace = (id: string | undefined, what: string) => void;

/** Who keeps the sessions. */
export interface SessionOwner<Session> {
  readonly settings: SessionSettings;
  readonly timers: TimerWheel;
  /** Present while somebody traces sessions. */
  readonly trace?: Trace | undefined;
  /** Calls the session's `flush` in this turn of the event loop; at its very end where the message is one for many. */
  schedule(session: Session, isForMany: boolean): void;
  /** The session has closed and whoever is there has been told, or nobody is. Once. */
  settled(session: Session): void;
  /** The session is of no more use: nothing will be answered under its id. Once, last. */
  forgotten(session: Session): void;
}

/** Who hears of a session's life. */
export interface SessionListener {
  opened(): void;
  /** Once, after `opened`. `byBrowser` tells that the browser has left or, on a WebSocket, has chosen the code. */
  closed(info: CloseInfo, byBrowser: boolean): void;
  /** The buffered amount has fallen below the high-water mark after being above it. */
  drained(): void;
  /** Messages from the browser; a promise returned is to be waited for before it may be told to send more. */
  receive(messages: readonly string[]): Promise<void> | undefined;
}
