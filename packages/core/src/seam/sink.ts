import type { SharedText } from "../wire/outbound-message.ts";

/** Unsent bytes in a sink above which a session keeps its messages to itself (what Node and browsers use as a high-water mark). */
export const HIGH_WATER_MARK: number = 65_536;

/**
 * The writable end of one receiver: a response body or a WebSocket. Each `write` reaches the wire as one HTTP chunk or one
 * WebSocket message of its own. No method throws, also after the browser has gone.
 */
export interface Sink {
  /**
   * Whether a frame may be written now. When it answers `false`, the sink calls {@link FrameSource.drained} once it may.
   */
  ready(): boolean;
  /** Bytes written and not yet handed to the operating system. */
  readonly bufferedAmount: number;
  /** Writes a text as UTF-8. `isAscii` tells that it is known to be ASCII, a byte a character; `false` tells nothing. */
  write(text: string, isAscii: boolean): void;
  /** Writes a text that other sinks get as well, encoded once for all of them. */
  writeShared(shared: SharedText): void;
  /** Ends normally after what was written. A WebSocket sends this code and reason in its close frame. */
  end(code: number, reason: string): void;
  /**
   * Whether a response has ended that is large and has not left the process: then {@link ResponseSource.left} is called once
   * it has, or `interrupted`. Absent where nobody waits for that.
   */
  readonly isLeaving?: boolean;
  /** Cuts the connection; what was written may be lost. */
  terminate(): void;
}

/** What fills a sink. */
export interface FrameSource {
  /** Called once, with the sink to write to. */
  start(sink: Sink): void;
  /** The sink may take frames again. */
  drained(): void;
  /** The browser went before the source ended the sink. Never called after `end`, but while it is leaving, or `terminate`. */
  interrupted(): void;
}

/** What fills the body of a response. */
export interface ResponseSource extends FrameSource {
  /** Whether it ends the sink right after its first write, so that head, frame and end can go out together. */
  readonly endsAfterFirstWrite: boolean;
  /** A response that was leaving ({@link Sink.isLeaving}) has left the process. Once. */
  left(): void;
  /** After that, the connection has ended before another response was begun on it. Not every runtime tells. */
  parted(): void;
}
