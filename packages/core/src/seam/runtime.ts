import type { ProcessSignals } from "./process-signals.ts";
import type { ResponseSource } from "./sink.ts";
import type { SocketListener } from "./socket.ts";

/**
 * What an adapter supplies: the things Web standards have no word for. `args` is whatever the runtime, or a framework above,
 * passed to `fetch` after the request. Every member may be absent; without `upgrade` there are no WebSockets.
 */
export interface Runtime {
  /**
   * Upgrades a request, already checked to be a WebSocket handshake. Returns what the runtime wants `fetch` to return, if it
   * minds; whatever else `fetch` returns then must not be written.
   *
   * @throws {Error} whose message says what to write instead, when this request cannot be upgraded.
   */
  upgrade?(
    request: Request,
    args: readonly unknown[],
    listener: SocketListener,
  ): Response | undefined;
  /** Whether a request's browser is known to have gone; what its `signal` says, where this is left out. */
  isGone?(request: Request): boolean;
  /**
   * A signal that aborts as soon as a request's browser goes, also before there is a response. It is asked for where an answer
   * has to wait, and may abort after the answer as well. Without it such an answer is a stream, whose `cancel` tells.
   */
  abortSignal?(request: Request): AbortSignal;
  /** Whether that signal tells of nothing once the request it belongs to has been collected, as on Node 24 and 26. */
  readonly losesSignals?: boolean;
  /** The address at the other end of the socket. */
  remoteAddress?(request: Request, args: readonly unknown[]): string | undefined;
  /** A body of this runtime's own kind that a source fills with frames, where that costs less than an ordinary stream. */
  streamBody?(source: ResponseSource, signal: AbortSignal): ReadableStream<Uint8Array>;
  /** A finished body in whatever form costs this runtime least to write. */
  wholeBody?(
    content: string | Uint8Array<ArrayBuffer>,
  ): string | Uint8Array<ArrayBuffer> | ReadableStream<Uint8Array>;
  /**
   * Calls back at the end of this turn of the event loop, when all that has come in has been handed over; runtimes run
   * microtasks in between. What is sent to many connections waits for it, so that messages of several senders share a frame.
   */
  readonly atEndOfTurn?: (callback: () => void) => void;
  /**
   * What the runtime does with the chunks of a body that wait to be read. `joined`: it makes one of them, so that a reader who
   * waits for a turn has fewer to read. `hoarded`: it takes them in without bound while the response is open, and takes ever
   * longer over each; such a body is read before there is a response, and refused when it comes in very many chunks.
   */
  readonly unreadChunks?: "joined" | "hoarded";
  /** The process, whose end closes the server however it is served; see {@link Options.gracefulShutdown}. */
  readonly signals?: ProcessSignals;
  /** Keeps the runtime from ending this request's response when it is idle. */
  liftTimeout?(request: Request, args: readonly unknown[]): void;
}

/** Whether a request's browser is known to have gone. */
export function isGone(request: Request, runtime: Pick<Runtime, "isGone">): boolean {
  return runtime.isGone === undefined ? request.signal.aborted : runtime.isGone(request);
}

/** What a runtime throws when a copy of a request asks for a WebSocket: only its own request can be upgraded. */
export function rebuiltRequestError(runtimeName: string): Error {
  return new Error(
    `Cannot upgrade to a WebSocket: the request is not ${runtimeName}'s own. Pass the original on (in Hono: ` +
      '`app.all("/echo/*", (c) => server.fetch(c.req.raw, c.env))`, or `app.mount("/echo", server, { replaceRequest: false })`)',
  );
}
