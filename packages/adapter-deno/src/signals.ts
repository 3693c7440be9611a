import { exitCodeOf, type ProcessSignals, type StopSignal } from "@sockjs-fetch/core/adapter";
import { deno, denoScope, type DenoGlobal } from "./deno.ts";

/** Who listens to the signals that end this process. */
interface Listeners {
  /** The application's listeners, by signal. */
  readonly own: Readonly<Record<StopSignal, Set<() => void>>>;
  /** Signals for which a listener of `node:process` has been taken off in this turn: perhaps since it is called once, and now. */
  readonly leaving: Set<unknown>;
  /** Ours that are on. */
  readonly ours: Set<() => void>;
  /** What `deno serve` does at a signal: it stops listening. */
  stopServing: (() => void) | undefined;
  /** Whether a signal has come and that has still to be done, once ours are off. */
  isHeldBack: boolean;
  /** Deno's own functions. */
  readonly add: DenoGlobal["addSignalListener"];
  readonly remove: DenoGlobal["removeSignalListener"];
}

const LISTENERS: unique symbol = Symbol.for("sockjs-fetch.deno.listeners") as never;

/**
 * Wraps Deno's two functions for signal listeners, once in a process: Deno does not tell whether the application listens; and
 * `deno serve` stops listening at the first signal, although browsers have to come back for what is queued. Listeners that
 * were added before are not known.
 */
export function watchSignals(): Listeners {
  const scope = globalThis as typeof globalThis & { [LISTENERS]?: Listeners };
  return (scope[LISTENERS] ??= wrap(deno()));
}

function wrap(Deno: DenoGlobal): Listeners {
  const listeners: Listeners = {
    own: { SIGTERM: new Set(), SIGINT: new Set() },
    leaving: new Set(),
    ours: new Set(),
    stopServing: undefined,
    isHeldBack: false,
    add: Deno.addSignalListener.bind(Deno),
    remove: Deno.removeSignalListener.bind(Deno),
  };
  denoScope().process?.on("removeListener", (signal) => {
    listeners.leaving.add(signal);
    setTimeout(() => listeners.leaving.delete(signal), 0);
  });
  const held = new Map<string, () => void>(); // of `deno serve`, by signal
  Deno.addSignalListener = (signal, listener) => {
    if (isOfDenoServe()) {
      const holdBack = holderOf(listeners, signal, listener);
      held.set(signal, holdBack);
      listeners.add(signal, holdBack);
    } else {
      listeners.add(signal, listener);
      listeners.own[signal]?.add(listener); // there are other signals, whatever the type says
    }
  };
  Deno.removeSignalListener = (signal, listener) => {
    listeners.remove(signal, listener === listeners.stopServing ? held.get(signal)! : listener);
    listeners.own[signal]?.delete(listener);
  };
  return listeners;
}

/** Whether it is `deno serve` that adds a listener: its server is Deno's own code, which no other caller of it is. */
function isOfDenoServe(): boolean {
  return new Error("asked").stack?.includes("ext:deno_http/") === true;
}

function holderOf(listeners: Listeners, signal: StopSignal, stopServing: () => void): () => void {
  listeners.stopServing = stopServing;
  return () => {
    const isSecond = listeners.isHeldBack;
    listeners.isHeldBack = listeners.ours.size > 0;
    if (!listeners.isHeldBack) stopServing();
    else if (isSecond && !DENO_SIGNALS.isHeard(signal)) deno().exit(exitCodeOf(signal));
  };
}

/** How long a `deno serve` that stops may take for what is still open: a peer may hold it for as long as it likes. */
const STOP_SERVING_MS = 1000;

/** Deno's process. */
export const DENO_SIGNALS: ProcessSignals = {
  onSignal(signal, listener) {
    const { ours, add } = watchSignals();
    try {
      add(signal, listener);
      ours.add(listener);
    } catch {
      // Windows has no SIGTERM, and a worker no signals
    }
  },
  offSignal(signal, listener) {
    const listeners = watchSignals();
    if (listeners.ours.delete(listener)) listeners.remove(signal, listener);
    if (listeners.ours.size > 0 || !listeners.isHeldBack) return;
    listeners.isHeldBack = false;
    listeners.stopServing?.();
  },
  isHeard(signal) {
    const { own, leaving } = watchSignals();
    const { process } = denoScope(); // its listeners are not among the others
    return own[signal].size + (process?.listenerCount(signal) ?? 0) > 0 || leaving.has(signal);
  },
  raise(signal) {
    // `Deno.kill` would need a permission; these are the codes a shell gives for the signals.
    const exit = (): void => deno().exit(exitCodeOf(signal));
    if (watchSignals().stopServing === undefined) exit();
    else deno().unrefTimer(setTimeout(exit, STOP_SERVING_MS));
  },
};
