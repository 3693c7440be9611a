import type { BunSocketSink } from "./socket.ts";

// What this adapter uses of Bun, by structure, so that nobody needs Bun's type package to use ours.

/** Bun's server, as `fetch` gets it after the request. */
export interface BunServer {
  readonly port?: number;
  readonly hostname?: string;
  upgrade(
    request: Request,
    options: { readonly data: BunSocketSink; readonly headers: Record<string, string> },
  ): boolean;
  requestIP(request: Request): { readonly address: string } | null;
  /** Seconds of idleness after which the request's connection is closed; 0 for none. */
  timeout(request: Request, seconds: number): void;
  stop(closeActiveConnections?: boolean): Promise<void> | void;
}

/** Bun's WebSocket. `data` is what `upgrade` was given. */
export interface BunSocket {
  readonly data: unknown;
  readonly readyState: number;
  /** Bytes sent, -1 when the message waits in a buffer, 0 when it was dropped. */
  sendText(message: string): number;
  close(code: number, reason: string): void;
  terminate(): void;
  ping(): number;
  getBufferedAmount(): number;
}

/** The `websocket` of `Bun.serve`: the handlers of every WebSocket of a server. */
export interface BunWebSocketHandlers {
  open?(socket: BunSocket): void;
  message(socket: BunSocket, message: string | Uint8Array): void;
  drain?(socket: BunSocket): void;
  close?(socket: BunSocket, code: number, reason: string): void;
  ping?(socket: BunSocket, data: Uint8Array): void;
  pong?(socket: BunSocket, data: Uint8Array): void;
  readonly maxPayloadLength?: number;
  readonly backpressureLimit?: number;
  readonly closeOnBackpressureLimit?: boolean;
  readonly idleTimeout?: number;
  readonly sendPings?: boolean;
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

/** The `process` of Bun, by structure as well. */
export interface BunProcess {
  readonly pid: number;
  on(signal: "SIGTERM" | "SIGINT", listener: () => void): void;
  off(signal: "SIGTERM" | "SIGINT", listener: () => void): void;
  listenerCount(signal: "SIGTERM" | "SIGINT"): number;
  kill(pid: number, signal: "SIGTERM" | "SIGINT"): void;
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

/** Bun's `process`, which Web types do not know. */
export function bunProcess(): BunProcess {
  return (globalThis as unknown as { readonly process: BunProcess }).process;
}
