// What this adapter uses of Deno, by structure, so that nobody needs Deno's type package to use ours.

/** What `fetch` gets after the request from `Deno.serve` and `deno serve`. */
export interface DenoServeInfo {
  /** The other end of the connection. */
  readonly remoteAddr: { readonly transport: string; readonly hostname?: string };
}

/** Deno's server. */
export interface DenoServer {
  /** Where it listens. */
  readonly addr: { readonly port?: number };
  /** Stops listening and waits for what is open. */
  shutdown(): Promise<void>;
}

/** The settings of `Deno.serve` that matter here. */
export interface DenoServeOptions {
  readonly port: number;
  readonly hostname?: string;
  readonly key?: string;
  readonly cert?: string;
  onListen?(address: { readonly port?: number }): void;
  onError?(error: unknown): Response;
}

/** Deno's global object. */
export interface DenoGlobal {
  serve(
    options: DenoServeOptions,
    handler: (request: Request, info: DenoServeInfo) => Response | Promise<Response>,
  ): DenoServer;
  addSignalListener(signal: "SIGTERM" | "SIGINT", listener: () => void): void;
  removeSignalListener(signal: "SIGTERM" | "SIGINT", listener: () => void): void;
  exit(code: number): never;
  /** Lets the process end although the timer runs. */
  unrefTimer(id: ReturnType<typeof setTimeout>): void;
  /** `idleTimeout` in seconds: a peer that answers no ping for this time is closed. */
  upgradeWebSocket(
    request: Request,
    options: { readonly idleTimeout: number },
  ): { readonly socket: WebSocket; readonly response: Response };
}

/**
 * Deno's global object.
 *
 * @throws {Error} on another runtime.
 */
export function deno(): DenoGlobal {
  const { Deno } = globalThis as { readonly Deno?: DenoGlobal };
  if (Deno === undefined) throw new Error("@sockjs-fetch/deno runs on Deno only");
  return Deno;
}

/** What else this adapter uses of Deno's globals, which Web types do not know. */
export interface DenoScope {
  /** Node's `process`, as Deno knows it. */
  readonly process?: {
    listenerCount(signal: string): number;
    on(event: "removeListener", listener: (event: unknown) => void): unknown;
  };
  setImmediate(callback: () => void): void;
}

/** Deno's globals. */
export function denoScope(): DenoScope {
  return globalThis as unknown as DenoScope;
}
