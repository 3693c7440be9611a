import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** A runtime the black-box tests run on: one server process each. */
export interface Runtime {
  /** Names the vitest project (`conformance:<name>`) and the argument of `npm run testserver`. */
  readonly name: string;
  readonly executable: string;
  /** Arguments before the program. */
  readonly flags: readonly string[];
  /** The fixture server's program, below tests/fixtures/. */
  readonly main: string;
  /** What the server must say it runs on, such as `node 22.23.3`. */
  readonly version: RegExp;
  /** Lines on standard error that are no failure, each with a comment that names the reason. */
  readonly knownWarnings: readonly RegExp[];
}

/** Every runtime; a new one is one more row. */
export const RUNTIMES: readonly Runtime[] = [
  node("node", process.execPath, /^node \d+\./),
  node("node-22", fromPackage("node-22/bin/node"), /^node 22\./),
  node("node-24", fromPackage("node-24/bin/node"), /^node 24\./),
  node("node-26", fromPackage("node-26/bin/node"), /^node 26\./),
  // Below another `fetch`, as in a framework: through web streams, which differ most between these two versions.
  node("node-fetch", process.execPath, /^node \d+\./, "dist/testserver-node-fetch.js"),
  node(
    "node-26-fetch",
    fromPackage("node-26/bin/node"),
    /^node 26\./,
    "dist/testserver-node-fetch.js",
  ),
  {
    name: "bun",
    executable: fromPackage("bun/bin/bun.exe"),
    flags: [],
    main: "testserver-bun.ts",
    version: /^bun \d+\./,
    knownWarnings: [],
  },
  {
    name: "deno",
    executable: fromPackage("deno/deno"),
    flags: ["run", "--allow-net", "--allow-read"],
    main: "testserver-deno.ts",
    version: /^deno \d+\./,
    knownWarnings: [],
  },
];

/** The row of a name. Throws when there is none. */
export function findRuntime(name: string): Runtime {
  const runtime = RUNTIMES.find((row) => row.name === name);
  if (runtime) return runtime;
  const names = RUNTIMES.map((row) => row.name).join(", ");
  throw new Error(`Unknown runtime "${name}": choose from ${names}`);
}

/** What lets programs ask for a garbage collection; on Bun they always may. */
export function collectorFlags({ name }: Runtime): readonly string[] {
  if (name === "bun") return [];
  return [name === "deno" ? "--v8-flags=--expose-gc" : "--expose-gc"];
}

/** Why a runtime cannot be started on this machine; `undefined` when it can. */
export function missingReason(runtime: Runtime): string | undefined {
  return existsSync(runtime.executable)
    ? undefined
    : `${runtime.name} is not installed (optional dependency of tests)`;
}

/** Where a runtime's program lies. */
export function mainPath(runtime: Runtime): string {
  return fileURLToPath(new URL(`../fixtures/${runtime.main}`, import.meta.url));
}

function node(
  name: string,
  executable: string,
  version: RegExp,
  main = "dist/testserver-node.js",
): Runtime {
  const flags = ["--enable-source-maps", "--trace-warnings"];
  return { name, executable, flags, main, version, knownWarnings: [] };
}

function fromPackage(path: string): string {
  return fileURLToPath(new URL(`../node_modules/${path}`, import.meta.url));
}
