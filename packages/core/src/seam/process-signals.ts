/** A signal that asks a process to end. */
export type StopSignal = "SIGTERM" | "SIGINT";

/** What an adapter knows of its process. */
export interface ProcessSignals {
  /** Adds a listener to the process. */
  onSignal(signal: StopSignal, listener: () => void): void;
  /** Takes a listener off the process. */
  offSignal(signal: StopSignal, listener: () => void): void;
  /** Ends the process as the signal would have, unless the application listens to the signal itself. */
  raise(signal: StopSignal): void;
}
