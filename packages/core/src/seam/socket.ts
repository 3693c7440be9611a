import type { FrameSource, Sink } from "./sink.ts";

/** The writable end of a WebSocket, supplied by an adapter. */
export interface SocketSink extends Sink {
  /** Grows with every byte or frame that came in, pongs included; compared, never interpreted. */
  readonly inboundCount: number;
  /**
   * Milliseconds that a peer may be silent after a ping in any case. Present where the runtime tells of whole messages only,
   * so that `inboundCount` stands still while a large one comes in.
   */
  readonly leastPongTimeout?: number;
  /** Sends a ping. Absent where the runtime pings by itself ({@link SocketSettings.heartbeatDelay}). */
  ping?(): void;
  /** Stops reading until `resume`. Absent where the runtime cannot. */
  pause?(): void;
  /** Reads again. Present where `pause` is. */
  resume?(): void;
  /** Whether reading has stopped: pongs are not seen then. */
  readonly isPaused?: boolean;
}

/** What a WebSocket's events go to. */
export interface SocketListener extends FrameSource {
  /** What the socket is to be made with. */
  readonly settings: SocketSettings;
  /** Called once, when the socket is open. */
  start(sink: SocketSink): void;
  /** A text message came. */
  message(text: string): void;
  /** A binary message came. */
  binary(): void;
  /** Milliseconds that what has been written may take to arrive, besides those that any closing handshake is given. */
  readonly transferMs: number;
  /** The socket has closed, unless the listener ended it. 1006 and `wasClean` false where no close frame came. */
  closed(code: number, reason: string, wasClean: boolean): void;
}

/** What a runtime needs to know for one WebSocket; milliseconds and bytes. */
export interface SocketSettings {
  /** A larger message closes the socket with 1009. */
  readonly maxPayload: number;
  /** See the option of the same name: time between two pings, in milliseconds. */
  readonly heartbeatDelay: number;
  /** See the option of the same name: longest wait for a sign of life, in milliseconds. */
  readonly pongTimeout: number;
  /** Further headers of the answer that upgrades. */
  readonly headers: Readonly<Record<string, string>>;
}
