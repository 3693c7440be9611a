import type { ProcessSignals, StopSignal } from "../seam/process-signals.ts";

/** What has to come to its end before the process does: a SockJS server, or a listener. */
export interface Ending {
  /** Tells its connections. Called once, at the first signal. */
  close(): Promise<void>;
  /** Stops listening, where it listens. Called once everything in the process has been closed: browsers may come back until then. */
  stop?(): Promise<void>;
}

/** What ends with this process. */
interface Endings {
  readonly members: Set<Ending>;
  /** Takes the listeners off; there while they are on. */
  forgetSignals: (() => void) | undefined;
}

/**
 * Closes something at SIGTERM and SIGINT, before they end the process. A second signal ends it at once. Returns how it is
 * taken off the list, once it has ended: signals are listened to only while there is something on it.
 */
export function endWithProcess(signals: ProcessSignals, ending: Ending): () => void {
  const endings = endingsOfProcess();
  endings.members.add(ending);
  endings.forgetSignals ??= listen(endings, signals);
  return () => {
    endings.members.delete(ending);
    if (endings.members.size === 0) forget(endings);
  };
}

function listen(endings: Endings, signals: ProcessSignals): () => void {
  let isEnding = false;
  let isHeard = false;
  const onSignal = (signal: StopSignal): void => {
    isHeard ||= signals.isHeard(signal);
    const raise = (): void => {
      forget(endings);
      // It may have begun to listen since, or have listened to the first alone.
      if (!isHeard && !signals.isHeard(signal)) signals.raise(signal);
    };
    if (isEnding) {
      raise();
      return;
    }
    isEnding = true;
    void end(endings).then(raise);
  };
  const listeners = STOP_SIGNALS.map((signal) => [signal, () => onSignal(signal)] as const);
  for (const [signal, listener] of listeners) signals.onSignal(signal, listener);
  return () => {
    for (const [signal, listener] of listeners) signals.offSignal(signal, listener);
  };
}

/** How long the last bytes may take to leave where the listener is somebody else's, who does not say when they have. */
const LAST_BYTES_MS = 200;

/** Closes everything, those that come meanwhile included, then stops listening. Never rejects. */
async function end({ members }: Endings): Promise<void> {
  await Promise.resolve(); // an application that listens as well has closed by now, with options of its own
  const closed = new Set<Ending>();
  for (;;) {
    const due = [...members].filter((member) => !closed.has(member));
    if (due.length === 0) break;
    for (const member of due) closed.add(member);
    await Promise.allSettled(due.map((member) => member.close()));
  }
  const stops = [...closed].flatMap((member) => member.stop?.() ?? []);
  if (stops.length > 0) await Promise.allSettled(stops);
  else await new Promise((resolve) => setTimeout(resolve, LAST_BYTES_MS));
}

function forget(endings: Endings): void {
  endings.forgetSignals?.();
  endings.forgetSignals = undefined;
}

const STOP_SIGNALS: readonly StopSignal[] = ["SIGTERM", "SIGINT"];
const ENDINGS: unique symbol = Symbol.for("sockjs-fetch.endings") as never;

/** The list of this process, for every copy of this module: signals are the whole process's. */
function endingsOfProcess(): Endings {
  const scope = globalThis as typeof globalThis & { [ENDINGS]?: Endings };
  return (scope[ENDINGS] ??= { members: new Set(), forgetSignals: undefined });
}
