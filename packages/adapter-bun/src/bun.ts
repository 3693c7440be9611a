import type { SignalledProcess } from "@sockjs-fetch/core/adapter";

// What this adapter uses of Bun, by structure, so that nobody needs Bun's type package to use ours.

/** Bun's server, as `fetch` gets it after the request. */
export interface BunServer {
  /** The port it listens on; none for a socket of the file system. */
  readonly port?: number;
  /** The address it was told to listen on. */
  readonly hostname?: string;
  /** Makes the request a WebSocket with this `data`; `false` when it asked for none. */
  upgrade(
    request: Request,
    options: { readonly data: object; readonly headers: Record<string, string> },
  ): boolean;
  /** The other end of the connection; `null` once it has gone. */
  requestIP(request: Request): { readonly address: string } | null;
  /** Seconds of idleness after which the request's connection is closed; 0 for none. */
  timeout(request: Request, seconds: number): void;
  /** Requests that have not been answered to the end. */
  readonly pendingRequests: number;
  /** WebSockets that are open. */
  readonly pendingWebSockets: number;
  /** Stops listening, and cuts what is open when told so. */
  stop(closeActiveConnections?: boolean): Promise<void> | void;
}

/** Bun's WebSocket. `data` is what `upgrade` was given. */
export interface BunSocket {
  /** What `upgrade` was given. */
  readonly data: unknown;
  /** 0 connecting, 1 open, 2 closing, 3 closed. */
  readonly readyState: number;
  /** Bytes sent, -1 when the message waits in a buffer, 0 when it was dropped. */
  sendText(message: string): number;
  /** Closes with a close frame. */
  close(code: number, reason: string): void;
  /** Cuts the connection. */
  terminate(): void;
  /** Sends a ping. */
  ping(): number;
  /** Bytes sent and not yet handed to the operating system. */
  getBufferedAmount(): number;
}

/** The `websocket` of `Bun.serve`: the handlers of every WebSocket of a server. */
export interface BunWebSocketHandlers {
  /** A WebSocket is open. */
  open?(socket: BunSocket): void;
  /** A text or binary message came. */
  message(socket: BunSocket, message: string | Uint8Array): void;
  /** There is room again after backpressure. */
  drain?(socket: BunSocket): void;
  /** A WebSocket has closed. */
  close?(socket: BunSocket, code: number, reason: string): void;
  /** A ping came; Bun has answered it. */
  ping?(socket: BunSocket, data: Uint8Array): void;
  /** A pong came. */
  pong?(socket: BunSocket, data: Uint8Array): void;
  /** Largest message in bytes; a larger one closes. */
  readonly maxPayloadLength?: number;
  /** Unsent bytes above which a message is dropped. */
  readonly backpressureLimit?: number;
  /** Whether the socket is closed in place of that. */
  readonly closeOnBackpressureLimit?: boolean;
  /** Seconds without anything from the peer until the socket is closed; 0 for none. */
  readonly idleTimeout?: number;
  /** Whether Bun pings before that. */
  readonly sendPings?: boolean;
  /** Whether messages may be compressed. */
  readonly perMessageDeflate?: boolean;
}

/** The settings of `Bun.serve` that matter here. */
export interface BunServeOptions {
  readonly fetch: (request: Request, server: BunServer) => Response | Promise<Response>;
  readonly websocket?: BunWebSocketHandlers;
  readonly port?: number;
  readonly hostname?: string;
  readonly tls?: { readonly key: string; readonly cert: string };
}

/** Bun's global object. */
export interface BunGlobal {
  serve: (options: BunServeOptions) => BunServer;
}

/**
 * Bun's global object.
 *
 * @throws {Error} on another runtime.
 */
export function bun(): BunGlobal {
  const { Bun } = globalThis as { readonly Bun?: BunGlobal };
  if (Bun === undefined) throw new Error("@sockjs-fetch/bun runs on Bun only");
  return Bun;
}

/** What else this adapter uses of Bun's globals, which Web types do not know. */
export interface BunScope {
  readonly process: SignalledProcess;
  setImmediate(callback: () => void): void;
}

/** Bun's globals. */
export function bunScope(): BunScope {
  return globalThis as unknown as BunScope;
}
