import type { ServerProcess } from "../system/server-process.ts";
import type { Mode } from "../servers/control.ts";
import type { Runtime } from "../system/runtimes.ts";

/** A kind of work whose cost is CPU time per piece. */
export interface Workload {
  readonly name: string;
  readonly title: string;
  /** What is counted. */
  readonly unit: "message" | "delivery" | "session";
  readonly mode: Mode;
  /** Sizes of the message in bytes; a single 0 where there is no message. */
  readonly sizes: readonly number[];
  /** What the project asks for on each runtime. */
  readonly targets: Readonly<Record<Runtime, Target>>;
  /** Connections that the load holds open, where they are many. */
  readonly connections?: number;
  readonly open: OpenLoad;
}

/**
 * Opens what a load needs and compares a sample of answers. Rejects on a wrong answer; resolves to undefined where the
 * server has no such thing.
 */
export type OpenLoad = (server: ServerProcess, message: string) => Promise<Load | undefined>;

export interface Target {
  /** Our cost is at most this many times the floor's. */
  readonly floor?: number;
  /** The cost of sockjs-node is at least this many times ours. */
  readonly sockjsNode?: number;
}

/** Work ready to run against one server. */
export interface Load {
  /** Works for about that long, waits for the last answer, and returns the number of pieces done. */
  run(durationMs: number): Promise<number>;
  /** Opens anew what the server has closed while others had their turn, outside the measurement. */
  reconnect?(): Promise<unknown>;
  /** Undoes what a run left behind, outside the measurement. */
  settle?(): Promise<void>;
  close(): void;
}

/** How often a load's answers are compared byte by byte before it is measured. */
export const SAMPLES = 20;

/** Ends the run when an answer is not what it must be. */
export function expectSame(what: string, actual: unknown, expected: unknown): void {
  if (actual === expected) return;
  throw new Error(`Wrong answer: ${what} is ${excerpt(actual)}, and must be ${excerpt(expected)}`);
}

/** Ends the run when a text is not of the form it must have. */
export function expectMatch(what: string, actual: string, expected: RegExp): void {
  if (expected.test(actual)) return;
  throw new Error(`Wrong answer: ${what} is ${excerpt(actual)}, and must match ${expected}`);
}

function excerpt(value: unknown): string {
  return JSON.stringify(value).slice(0, 120);
}

let sessions = 0;

/** A session id that no other session of this run has. */
export function nextSessionId(): string {
  sessions += 1;
  return `s${sessions.toString(36).padStart(7, "0")}`;
}

/** Opens many things, a few at a time. */
export async function openMany<T>(
  count: number,
  open: () => Promise<T>,
  atATime = 32,
): Promise<T[]> {
  const opened: T[] = [];
  let left = count;
  const openSome = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      opened.push(await open());
    }
  };
  await Promise.all(Array.from({ length: Math.min(atATime, count) }, openSome));
  return opened;
}
