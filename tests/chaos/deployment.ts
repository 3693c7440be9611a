import { createServer, type AddressInfo } from "node:net";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { within } from "../harness/deadline.ts";
import { findRuntime } from "../harness/runtimes.ts";
import { startProgram, type Program } from "../runtimes/program.ts";
import { sampledFlags } from "../soak/samples.ts";
import type { Random } from "./random.ts";

const CLOSE_TIMEOUT_MS = 5000; // the default of `server.close()`
const SLACK_MS = 1500; // for a busy machine
const FAREWELL_MS = 15_000; // every client has given up by then
/** Messages that a polite client sends before it waits for the answers. */
export const MOST_AT_ONCE = 3;
const PORTS = [30_000, 30_999] as const; // below those that the system gives to clients

/** One server process, between its start and its end. */
export interface Generation {
  readonly program: Program;
  /** Whether it has been told to end. */
  isEnding: boolean;
}

/** One session of a polite client: what it was promised, and what it got. */
export interface Visit {
  readonly tag: string;
  /** How many messages had been acknowledged before the process was told to end. */
  acknowledged: number;
  /** How many were answered. */
  answered: number;
  /** When the client has seen the end, as `performance.now()` counts. */
  endedMs: number;
  /** Settles when it has. */
  readonly ended: Promise<unknown>;
}

/** A service on one port, whose process is stopped and replaced while clients visit it. */
export class Deployment {
  readonly port: number;
  /** What was not as it has to be. */
  readonly failures: string[] = [];
  readonly #runtime: string;
  #visits: Visit[] = [];
  #current: Generation | undefined;
  #whenUp: Promise<Generation>;
  #onUp = (_generation: Generation): void => {};

  private constructor(runtime: string, port: number) {
    this.#runtime = runtime;
    this.port = port;
    this.#whenUp = this.#awaitNext();
  }

  /** A deployment on a free port that `random` chooses, with its first process. */
  static async start(runtime: string, random: Random): Promise<Deployment> {
    const deployment = new Deployment(runtime, await choosePort(random));
    await deployment.#launch();
    return deployment;
  }

  /** The process that serves now; waits for the next one while there is a deploy. */
  up(): Promise<Generation> {
    return this.#whenUp;
  }

  /** The process that serves, or the last that did. */
  get current(): Generation {
    if (this.#current === undefined) throw new Error("Cannot tell the process: none was started");
    return this.#current;
  }

  get pid(): number {
    return this.current.program.pid;
  }

  /** From now on the visit has to go as it should. */
  expect(visit: Visit): void {
    this.#visits.push(visit);
  }

  /** Stops the process for a while. */
  async stall(ms: number): Promise<void> {
    process.kill(this.pid, "SIGSTOP");
    await delay(ms);
    process.kill(this.pid, "SIGCONT");
  }

  /** Ends the process by a signal and starts the next on the same port. */
  async deploy(): Promise<void> {
    await this.end();
    await this.#launch();
  }

  /** Ends the process by a signal, and judges how it went. */
  async end(): Promise<void> {
    const generation = this.current;
    this.#whenUp = this.#awaitNext();
    generation.isEnding = true;
    const startMs = performance.now();
    process.kill(generation.program.pid, "SIGTERM");
    const limitMs = CLOSE_TIMEOUT_MS + SLACK_MS;
    const exit = await within(generation.program.exited, 2 * limitMs, "the process to end");
    const tookMs = performance.now() - startMs;
    if (tookMs > limitMs) this.failures.push(`the process took ${Math.round(tookMs)} ms to end`);
    if (exit !== "SIGTERM" && exit !== 143) this.failures.push(`the process ended by ${exit}`);
    const visits = this.#visits;
    this.#visits = [];
    const ends = Promise.allSettled(visits.map(({ ended }) => ended));
    await within(ends, FAREWELL_MS, "the end of every polite session");
    this.#judge(visits, generation.program.output, startMs);
  }

  /** Ends what is left, however it is. */
  kill(): void {
    try {
      process.kill(this.pid, "SIGKILL");
    } catch {
      // It has ended.
    }
  }

  #awaitNext(): Promise<Generation> {
    return new Promise((resolve) => (this.#onUp = resolve));
  }

  async #launch(): Promise<void> {
    const { flags, main, ...runtime } = findRuntime(this.#runtime);
    const allFlags = [...flags, ...sampledFlags({ flags, main, ...runtime })];
    const settings = ["--port", String(this.port), "--services", "chaos"];
    const program = await startProgram(this.#runtime, allFlags, main, settings);
    this.#current = { program, isEnding: false };
    void program.exited.then((how) => this.#exited(program, how));
    this.#onUp(this.#current);
  }

  #exited(program: Program, how: number | string): void {
    if (this.#current?.program === program && !this.#current.isEnding)
      this.failures.push(`the process died by ${how}:\n${program.output.slice(-20).join("\n")}`);
  }

  /**
   * After half of its time-out a server closes sessions whose hooks run on, so that browsers can be told: what those hooks send
   * after that is lost.
   */
  #judge(visits: readonly Visit[], output: readonly string[], signalledMs: number): void {
    const handled = new Map<string, number[]>();
    for (const line of output) {
      const match = /^handled (\S+) (\d+)$/.exec(line);
      if (match?.[1] !== undefined) {
        const indexes = handled.get(match[1]) ?? [];
        handled.set(match[1], indexes);
        indexes.push(Number(match[2]));
      } else if (!line.startsWith("listening on "))
        this.failures.push(`the process wrote: ${line}`);
    }
    for (const { tag, acknowledged, answered, endedMs } of visits) {
      const indexes = handled.get(tag) ?? [];
      if (indexes.some((index, place) => index !== place))
        this.failures.push(`${tag}: messages were handled in the order ${indexes.join(" ")}`);
      if (indexes.length < acknowledged)
        this.failures.push(
          `${tag}: ${acknowledged} messages acknowledged, ${indexes.length} handled`,
        );
      const isDrained = endedMs - signalledMs < CLOSE_TIMEOUT_MS / 2;
      const lost = indexes.length - answered;
      if (isDrained ? lost !== 0 : lost < 0 || lost > MOST_AT_ONCE)
        this.failures.push(`${tag}: ${indexes.length} messages handled, ${answered} answers came`);
    }
  }
}

async function choosePort(random: Random): Promise<number> {
  for (;;) {
    const server = createServer().listen(random.integer(...PORTS), "127.0.0.1");
    try {
      await once(server, "listening");
    } catch {
      continue; // taken
    }
    const { port } = server.address() as AddressInfo; // of a TCP server that listens
    server.close();
    await once(server, "close");
    return port;
  }
}
