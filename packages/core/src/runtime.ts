import type { FrameSource } from "./sink.ts";
import type { SocketListener } from "./upgrade.ts";

/**
 * What an adapter supplies: the things Web standards have no word for. `args` is whatever the runtime, or a framework above,
 * passed to `fetch` after the request. Every member may be absent; without `upgrade` there are no WebSockets.
 */
export interface Runtime {
  /**
   * Upgrades a request, already checked to be a WebSocket handshake, and returns what `fetch` is to return.
   *
   * @throws {Error} whose message says what to write instead, when this request cannot be upgraded.
   */
  upgrade?(request: Request, args: readonly unknown[], listener: SocketListener): Response;
  /** Whether a request's `signal` aborts as soon as the client goes, also before there is a response, and costs little. */
  readonly signalsAborts?: boolean;
  /** The address at the other end of the socket. */
  remoteAddress?(request: Request, args: readonly unknown[]): string | undefined;
  /** A body of this runtime's own kind that a source fills with frames, where that costs less than an ordinary stream. */
  streamBody?(source: FrameSource, signal: AbortSignal): ReadableStream<Uint8Array>;
  /** A finished body in whatever form costs this runtime least to write. */
  wholeBody?(
    content: string | Uint8Array<ArrayBuffer>,
  ): string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  /** Keeps the runtime from ending this request's response when it is idle. */
  liftTimeout?(request: Request, args: readonly unknown[]): void;
}
