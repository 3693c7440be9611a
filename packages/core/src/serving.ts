import type { CloseOptions } from "./server-state.ts";
import type { NativeServer } from "./server.ts";

/** What every adapter's `serve` takes. */
export interface ServeOptions<Fetch> {
  /** Answers every request: a SockJS server or any function, such as a Hono application's `fetch`. */
  readonly fetch: Fetch;
  /** @default 8081 (0 lets the operating system choose one) */
  readonly port?: number;
  /** Address to listen on. @default all */
  readonly hostname?: string;
  /** Serves https with this key and certificate, in PEM. */
  readonly tls?: { readonly key: string; readonly cert: string };
  /**
   * Whether SIGTERM and SIGINT close the server before they end the process, so that every connection gets what is queued
   * for it and its close frame. A second signal ends the process at once.
   *
   * @default true
   */
  readonly gracefulShutdown?: boolean;
}

/** A server that listens. */
export interface Serving<RuntimeServer> {
  readonly port: number;
  readonly hostname: string;
  /** Such as `http://localhost:8081`. */
  readonly url: string;
  /** The runtime's own server. */
  readonly server: RuntimeServer;
  /** Closes the SockJS server if `fetch` is one, then stops listening, and resolves when every socket has gone. */
  close(options?: CloseOptions): Promise<void>;
}

export type StopSignal = "SIGTERM" | "SIGINT";

/** What an adapter knows of its listener and its process. */
export interface Listening<RuntimeServer> {
  readonly server: RuntimeServer;
  readonly port: number;
  /** Stops listening and cuts what is left. */
  stop(): Promise<void>;
  onSignal(signal: StopSignal, listener: () => void): void;
  offSignal(signal: StopSignal, listener: () => void): void;
  /** Sends the process a signal that nobody of ours listens to any more. */
  raise(signal: StopSignal): void;
}

/** The port where `serve` is given none: the one of the protocol's standard test server (section 10). */
export const DEFAULT_PORT = 8081;

/** Makes what `serve` returns: the same for every runtime. `native` is there where `fetch` is one of our servers. */
export function createServing<RuntimeServer>(
  options: Omit<ServeOptions<unknown>, "fetch">,
  native: NativeServer | undefined,
  listening: Listening<RuntimeServer>,
): Serving<RuntimeServer> {
  const { hostname = "localhost", tls, gracefulShutdown = true } = options;
  const { server, port } = listening;
  const listeners = new Map<StopSignal, () => void>();
  const forgetSignals = (): void => {
    for (const [signal, listener] of listeners) listening.offSignal(signal, listener);
    listeners.clear();
  };
  const close = async (closeOptions?: CloseOptions): Promise<void> => {
    forgetSignals();
    // Sessions first, still listening: their clients may have to come back for what is queued.
    await native?.close(closeOptions);
    await listening.stop();
  };
  if (gracefulShutdown) {
    for (const signal of ["SIGTERM", "SIGINT"] as const) {
      const listener = (): void => {
        void close().finally(() => listening.raise(signal));
      };
      listeners.set(signal, listener);
      listening.onSignal(signal, listener);
    }
  }
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  const url = `${tls === undefined ? "http" : "https"}://${host}:${port}`;
  return { port, hostname, url, server, close };
}
