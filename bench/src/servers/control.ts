import { createInterface } from "node:readline";

/**
 * What a server is started for: to echo, to send each message to every connection, to open sessions that soon end, or to
 * hold sessions as it would in use.
 */
export type Mode = "echo" | "broadcast" | "opening" | "idle";

/** What a session-based server is set to, in milliseconds and bytes. */
export interface Settings {
  readonly broadcasts: boolean;
  readonly heartbeatDelay: number;
  readonly disconnectDelay: number;
  readonly responseLimit: number;
}

/** A server's memory after a forced garbage collection, in bytes. */
export interface MemoryReport {
  readonly heapUsed: number;
  readonly external: number;
}

const HOUR_MS = 3_600_000;

/** Disconnect delay of a server that is measured opening sessions. */
export const BRIEF_DISCONNECT_DELAY = 500;

/** Reads the mode from the command line. Nothing happens by itself while other servers have their turn, but in `idle`. */
export function readSettings(): Settings {
  const mode = process.argv[2];
  return {
    broadcasts: mode === "broadcast",
    heartbeatDelay: mode === "idle" ? 25_000 : HOUR_MS,
    disconnectDelay: mode === "idle" ? 5000 : mode === "opening" ? BRIEF_DISCONNECT_DELAY : HOUR_MS,
    responseLimit: Number.MAX_SAFE_INTEGER, // a stream lives as long as its load
  };
}

/**
 * Tells the bench where this server listens and obeys its commands: `memory` collects garbage and reports the memory in
 * use as one line of JSON; the end of standard input ends the process, so that no server outlives the bench.
 */
export function announce(port: number): void {
  console.log(`listening on http://127.0.0.1:${port}`);
  const lines = createInterface({ input: process.stdin });
  lines.on("line", (line) => {
    if (line === "memory") console.log(JSON.stringify(collectAndReport()));
  });
  lines.on("close", () => process.exit(0));
}

function collectAndReport(): MemoryReport {
  const { gc, Bun } = globalThis as {
    readonly gc?: () => void;
    readonly Bun?: { gc(isSynchronous: boolean): void };
  };
  for (let pass = 0; pass < 3; pass += 1) {
    if (Bun === undefined) gc?.();
    else Bun.gc(true);
  }
  const { heapUsed, external } = process.memoryUsage();
  return { heapUsed, external };
}
