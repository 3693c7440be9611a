import { isThenable } from "../time/thenable.ts";
import { ignoreRejection } from "./call.ts";
import type { SockJSError } from "./errors.ts";
import type { LogEntry } from "./options.ts";
import type { ResolvedOptions } from "./resolve-options.ts";

/**
 * Tells the application what happens and what fails, by its options `log` and `onError`. What is to be told while one of
 * them runs is told right after it: a `log` that closes a connection is not called inside itself.
 */
export class Reporter {
  readonly #onError: (error: SockJSError) => void;
  readonly #log: ((entry: LogEntry) => void) | undefined;

  readonly #waiting: (() => unknown)[] = [];
  #isTelling = false;

  constructor(options: Pick<ResolvedOptions, "log" | "onError">) {
    this.#onError = options.onError;
    this.#log = options.log;
  }

  /** Whether anybody reads the log: entries need not be made otherwise. */
  get isLogged(): boolean {
    return this.#log !== undefined;
  }

  /** Tells of a failure. Errors thrown by `onError` itself are ignored. */
  report(error: SockJSError): void {
    this.#tell(() => this.#onError(error));
    this.log({ level: "error", event: "error", code: error.code, message: error.message });
  }

  /** Writes an entry of the log. Errors thrown by `log` itself are ignored. */
  log(entry: LogEntry): void {
    if (this.#log !== undefined) this.#tell(() => this.#log?.(entry));
  }

  #tell(call: () => unknown): void {
    this.#waiting.push(call);
    if (this.#isTelling) return;
    this.#isTelling = true;
    for (const next of this.#waiting) ignoreFailure(next); // those included that come meanwhile
    this.#waiting.length = 0;
    this.#isTelling = false;
  }
}

/** Runs a callback whose failure has nobody left to be told. */
function ignoreFailure(run: () => unknown): void {
  try {
    const result = run();
    if (isThenable(result)) ignoreRejection(result); // as below
  } catch {
    // the callback is the place where failures are told
  }
}
