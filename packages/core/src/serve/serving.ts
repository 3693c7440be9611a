import type { CloseOptions } from "../wire/close.ts";
import type { InnerServer } from "../seam/exchange.ts";
import type { ProcessSignals } from "../seam/process-signals.ts";
import { endWithProcess } from "./process-end.ts";

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
   * Whether SIGTERM and SIGINT close the process's SockJS servers, then this listener, before they end the process. A second
   * signal ends the process at once. `false` counts for a SockJS server that is the `fetch` itself, too; one that is below
   * another `fetch` has an option of this name.
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
  /**
   * Closes the SockJS server if `fetch` is one, then stops listening, and resolves when every socket has gone; on Deno, which
   * cannot cut one, after a second of waiting at most.
   */
  close(options?: CloseOptions): Promise<void>;
}

/** What an adapter knows of its listener and its process. */
export interface Listening<RuntimeServer> extends ProcessSignals {
  /** The runtime's own server. */
  readonly server: RuntimeServer;
  /** The port it listens on. */
  readonly port: number;
  /** Stops listening, waits up to `graceMs` for open responses, then cuts the rest where the runtime can. */
  stop(graceMs: number): Promise<void>;
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
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> =>
    (stopped ??= listening.stop(LAST_BYTES_MS).finally(() => leave()));
  const close = async (closeOptions?: CloseOptions): Promise<void> => {
    // Sessions first, still listening: their browsers may have to come back for what is queued.
    await inner?.close(closeOptions);
    await stop();
  };
  let leave = (): void => {};
  if (gracefulShutdown) {
    leave = endWithProcess(listening, { close: async () => inner?.close(), stop });
  } else {
    inner?.ignoreSignals();
  }
  const host = hostname.includes(":") ? `[${hostname}]` : hostname;
  const url = `${tls === undefined ? "http" : "https"}://${host}:${port}`;
  return { port, hostname, url, server, close };
}
