import type { ProcessSignals, StopSignal } from "../seam/process-signals.ts";

/** The `process` of Node and of Bun, by structure. */
export interface SignalledProcess {
  /** Number of the process. */
  readonly pid: number;
  /** Adds a listener before all others: one of them that is called once would be off the list when it has been called. */
  prependListener(signal: StopSignal, listener: () => void): unknown;
  /** Takes a listener off. */
  off(signal: StopSignal, listener: () => void): unknown;
  /** How many listen to a signal. */
  listenerCount(signal: StopSignal): number;
  /** Sends a signal. */
  kill(pid: number, signal: StopSignal): unknown;
  /** Ends the process at once. */
  exit(code: number): never;
}

/** The code a shell gives for a process that the signal has ended. */
export function exitCodeOf(signal: StopSignal): number {
  return signal === "SIGTERM" ? 143 : 130;
}

/** What is done with signals where there is such a process. */
export function processSignals(process: SignalledProcess): ProcessSignals {
  const ours = { SIGTERM: 0, SIGINT: 0 };
  return {
    onSignal(signal, listener) {
      ours[signal]++;
      process.prependListener(signal, listener);
    },
    offSignal(signal, listener) {
      ours[signal]--;
      process.off(signal, listener);
    },
    isHeard: (signal) => process.listenerCount(signal) > ours[signal],
    raise(signal) {
      // The kernel keeps from process 1, as in a container, what it does not listen to (pid_namespaces(7)).
      if (process.pid === 1) process.exit(exitCodeOf(signal));
      process.kill(process.pid, signal);
    },
  };
}
