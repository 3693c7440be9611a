import { resolveCloseOptions } from "./options/resolve-options.ts";
import type { ServerParts } from "./routes/server-parts.ts";
import type { ProcessSignals } from "./seam/process-signals.ts";
import { endWithProcess } from "./serve/process-end.ts";
import { waitAtMost } from "./time/wait-at-most.ts";
import type { CloseOptions } from "./wire/close.ts";

/** The end of one server: on demand, or with the process. */
export class Shutdown {
  readonly #parts: ServerParts;
  #closed: Promise<void> | undefined;
  /** The process it has still to join. */
  #signals: ProcessSignals | undefined;
  #leave: (() => void) | undefined;

  /** `signals` are those of the process, where they are to close the server. */
  constructor(parts: ServerParts, signals: ProcessSignals | undefined) {
    this.#parts = parts;
    this.#signals = signals;
  }

  /** A request has come: from now on the server ends with its process. */
  served(): void {
    if (this.#signals === undefined) return;
    const signals = this.#signals;
    this.#signals = undefined;
    this.#leave = endWithProcess(signals, { close: () => this.close({}) });
  }

  /** Leaves signals to others. */
  ignoreSignals(): void {
    this.#signals = undefined;
    this.#leave?.();
  }

  /** As `Server.close`. */
  close(options: CloseOptions): Promise<void> {
    const { code, reason, timeout } = resolveCloseOptions(options);
    this.#closed ??= this.#close(code, reason, timeout).finally(() => this.ignoreSignals());
    return this.#closed;
  }

  async #close(code: number, reason: string, timeoutMs: number): Promise<void> {
    const { sessions, connections } = this.#parts;
    const { running } = connections;
    const endMs = performance.now() + timeoutMs;
    sessions.refuse();
    if (timeoutMs > 0) {
      await Promise.resolve(); // the hook that has called this returns its promise
      await waitAtMost(running.whenHandled(), timeoutMs / 2);
    }
    const restMs = (): number => Math.max(0, endMs - performance.now());
    await sessions.close({ code, reason }, timeoutMs === 0 ? 0 : restMs());
    if (timeoutMs === 0) return;
    await waitAtMost(running.whenOver(), restMs());
    this.#reportUnfinished();
  }

  #reportUnfinished(): void {
    const { connections, reporter } = this.#parts;
    for (const [hook, count] of connections.running.running()) {
      reporter.log({ level: "warn", event: "unfinished", hook, count });
    }
  }
}
