/** A signal that asks a process to end. */
export type StopSignal = "SIGTERM" | "SIGINT";

/** What an adapter knows of its process. */
export interface ProcessSignals {
  /** Adds a listener to the process. */
  onSignal(signal: StopSignal, listener: () => void): void;
  /** Takes a listener off the process. */
  offSignal(signal: StopSignal, listener: () => void): void;
  /** Whether the application listens to the signal itself; asked first of all that is done at a signal, and at the end. */
  isHeard(signal: StopSignal): boolean;
  /** Ends the process as the signal would have, had nobody listened. */
  raise(signal: StopSignal): void;
}
