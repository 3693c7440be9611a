import { parseArgs } from "node:util";
import { DEFAULT_PROGRAMS, type Runtime } from "./system/runtimes.ts";

/** What the command line asks for. */
export interface BenchOptions {
  readonly only: readonly string[];
  readonly servers: readonly string[];
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly roundMs: number;
  readonly warmUpMs: number;
  readonly sessions: number;
  readonly idleSessions: number;
  readonly idleMs: number;
  readonly runtimes: Readonly<Record<Runtime, string>>;
  readonly pin: boolean;
  readonly profile: boolean;
  readonly out: string;
  /** Files to make RESULTS.md of, in place of measuring. */
  readonly report: readonly string[];
  /** Another checkout to compare ours with, in place of measuring all servers; empty for none. */
  readonly against: string;
  /** How often each checkout is measured then. */
  readonly pairs: number;
  readonly help: boolean;
}

export const USAGE = `Measures what servers spend per message, in microseconds of CPU time.

  --only a,b           workloads, by name or a part of it (default: all)
  --servers a,b        servers, by name (default: all)
  --sizes 32,16384     message sizes in bytes (default: all)
  --rounds 7           how often each server is measured
  --seconds 1          how long each time
  --warm-up 2          seconds of CPU time under the same load before
  --sessions 8         HTTP sessions at work at the same time
  --idle-sessions 10000, --idle-seconds 30
  --node <path>, --bun <path>, --deno <path>
                       programs to run servers with (default: this Node, and what the tests have installed)
  --no-pin             leave the choice of cores to the system
  --profile            write a CPU profile of each server and name what costs most
  --against <folder>   compare sockjs-fetch as built in another checkout (A) with this one (B), in alternation
  --pairs 10           how often each of the two is measured then
  --report a.json,b.json  measure nothing: make RESULTS.md, results.svg and results.json of these results
  --out <folder>       for results.json and results.svg, or comparison.json (default: bench/results)
`;

/** Reads the command line. Throws a TypeError for options it does not know. */
export function parseOptions(args: readonly string[]): BenchOptions {
  const { values } = parseArgs({
    args: [...args],
    allowNegative: true,
    options: {
      only: { type: "string", default: "" },
      servers: { type: "string", default: "" },
      sizes: { type: "string", default: "" },
      rounds: { type: "string", default: "7" },
      seconds: { type: "string", default: "1" },
      "warm-up": { type: "string", default: "2" },
      sessions: { type: "string", default: "8" },
      "idle-sessions": { type: "string", default: "10000" },
      "idle-seconds": { type: "string", default: "30" },
      node: { type: "string", default: DEFAULT_PROGRAMS.node },
      bun: { type: "string", default: DEFAULT_PROGRAMS.bun },
      deno: { type: "string", default: DEFAULT_PROGRAMS.deno },
      pin: { type: "boolean", default: true },
      profile: { type: "boolean", default: false },
      out: { type: "string", default: "bench/results" },
      report: { type: "string", default: "" },
      against: { type: "string", default: "" },
      pairs: { type: "string", default: "10" },
      help: { type: "boolean", default: false },
    },
  });
  return {
    only: toList(values.only),
    servers: toList(values.servers),
    sizes: toList(values.sizes).map((size) => toNumber("sizes", size)),
    rounds: toNumber("rounds", values.rounds),
    roundMs: toNumber("seconds", values.seconds) * 1000,
    warmUpMs: toNumber("warm-up", values["warm-up"]) * 1000,
    sessions: toNumber("sessions", values.sessions),
    idleSessions: toNumber("idle-sessions", values["idle-sessions"]),
    idleMs: toNumber("idle-seconds", values["idle-seconds"]) * 1000,
    runtimes: { node: values.node, bun: values.bun, deno: values.deno },
    pin: values.pin,
    profile: values.profile,
    out: values.out,
    report: toList(values.report),
    against: values.against,
    pairs: toNumber("pairs", values.pairs),
    help: values.help,
  };
}

function toList(text: string): string[] {
  return text.split(",").filter((part) => part !== "");
}

function toNumber(option: string, text: string): number {
  const number = Number(text);
  if (Number.isFinite(number) && number > 0) return number;
  throw new TypeError(`Cannot read --${option}: "${text}" is no number above 0`);
}

/**
 * Picks what is named exactly, and whatever has the given text in its name where nothing is; all when none is given. Throws a
 * TypeError for a text that no name has.
 */
export function pickNames(all: readonly string[], wanted: readonly string[]): ReadonlySet<string> {
  if (wanted.length === 0) return new Set(all);
  return new Set(
    wanted.flatMap((text) => {
      const found = all.includes(text) ? [text] : all.filter((name) => name.includes(text));
      if (found.length === 0) {
        throw new TypeError(`Cannot find "${text}": there are ${all.join(", ")}`);
      }
      return found;
    }),
  );
}
