import type { CloseOptions } from "../wire/close.ts";
import type { InnerServer } from "../seam/exchange.ts";

/** What every adapter's `serve` takes. */
export interface ServeOptions<Fetch> {
  /** Answers every request: a SockJS server or any function, such as a Hono application's `fetch`. */
  readonly fetch: Fetch;
  /** Port to listen on. @default 8081 (0 lets the operating system choose one) */
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
  /** The port it listens on, also where 0 was asked for. */
  readonly port: number;
  /** The address it was told to listen on, else `localhost`. */
  readonly hostname: string;
  /** Such as `http://localhost:8081`. */
  readonly url: string;
  /** The runtime's own server. */
  readonly server: RuntimeServer;
  /** Closes the SockJS server if `fetch` is one, then stops listening, and resolves when every socket has gone. */
  close(options?: CloseOptions): Promise<void>;
}

/** A signal that asks a process to end. */
export type StopSignal = "SIGTERM" | "SIGINT";

/** What an adapter knows of its listener and its process. */
export interface Listening<RuntimeServer> {
  /** The runtime's own server. */
  readonly server: RuntimeServer;
  /** The port it listens on. */
  readonly port: number;
  /** Stops listening, lets what has been answered come to its end, at most so many milliseconds, and cuts what is left. */
  stop(graceMs: number): Promise<void>;
  /** Adds a listener to the process. */
  onSignal(signal: StopSignal, listener: () => void): void;
  /** Takes a listener off the process. */
  offSignal(signal: StopSignal, listener: () => void): void;
  /** Ends the process as the signal would have, unless the application listens to the signal itself. */
  raise(signal: StopSignal): void;
}

/** How long the last bytes may take to leave once every session has been closed: close frames are still on their way. */
const LAST_BYTES_MS = 1000;

/** The port where `serve` is given none: the one of the protocol's standard test server (section 10). */
export const DEFAULT_PORT = 8081;

/** Makes what `serve` returns: the same for every runtime. `inner` is there where `fetch` is one of our servers. */
export function createServing<RuntimeServer>(
  options: Omit<ServeOptions<unknown>, "fetch">,
  inner: InnerServer | undefined,
  listening: Listening<RuntimeServer>,
): Serving<RuntimeServer> {
  const { hostname = "localhost", tls, gracefulShutdown = true } = options;
  const { server, port } = listening;
  const close = async (closeOptions?: CloseOptions): Promise<void> => {
    // Sessions first, still listening: their clients may have to come back for what is queued.
    await inner?.close(closeOptions);
    await listening.stop(LAST_BYTES_MS);
    forgetSignals();
  };
  const forgetSignals = gracefulShutdown
    ? closeOnSignals(listening, () => close())
    : (): void => {};
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  const url = `${tls === undefined ? "http" : "https"}://${host}:${port}`;
  return { port, hostname, url, server, close };
}

/** Closes at the first signal, then ends the process once nobody else is closing; ends it at the second. */
function closeOnSignals(listening: Listening<unknown>, close: () => Promise<void>): () => void {
  const servings = openServings();
  const self = {};
  servings.add(self);
  let isClosing = false;
  const listeners = STOP_SIGNALS.map((signal) => {
    const listener = (): void => {
      if (isClosing) {
        forget();
        listening.raise(signal);
        return;
      }
      isClosing = true;
      void close().finally(() => {
        if (servings.size === 0) listening.raise(signal);
      });
    };
    listening.onSignal(signal, listener);
    return [signal, listener] as const;
  });
  const forget = (): void => {
    servings.delete(self);
    for (const [signal, listener] of listeners) listening.offSignal(signal, listener);
  };
  return forget;
}

const STOP_SIGNALS: readonly StopSignal[] = ["SIGTERM", "SIGINT"];
const OPEN_SERVINGS: unique symbol = Symbol.for("sockjs-fetch.servings") as never;

/** What listens in this process, by whichever copy of this module: signals are the whole process's. */
function openServings(): Set<object> {
  const scope = globalThis as typeof globalThis & { [OPEN_SERVINGS]?: Set<object> };
  return (scope[OPEN_SERVINGS] ??= new Set());
}
