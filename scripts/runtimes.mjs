// The test server's program on each runtime, for the scripts that start it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT, fail } from "./setup.mjs";

const TESTS = join(ROOT, "tests");

// As in tests/harness/runtimes.ts, which Node 20 cannot import; tests/runtimes/testserver.test.ts compares the two.
const RUNTIMES = {
  node: { executable: process.execPath, main: "dist/testserver-node.js" },
  "node-22": { executable: installed("node-22/bin/node"), main: "dist/testserver-node.js" },
  "node-24": { executable: installed("node-24/bin/node"), main: "dist/testserver-node.js" },
  "node-26": { executable: installed("node-26/bin/node"), main: "dist/testserver-node.js" },
  "node-fetch": { executable: process.execPath, main: "dist/testserver-node-fetch.js" },
  "node-26-fetch": {
    executable: installed("node-26/bin/node"),
    main: "dist/testserver-node-fetch.js",
  },
  bun: { executable: installed("bun/bin/bun.exe"), main: "testserver-bun.ts" },
  deno: {
    executable: installed("deno/deno"),
    flags: ["run", "--allow-net", "--allow-read"],
    main: "testserver-deno.ts",
  },
};

/** The command line of the test server on a runtime. Ends the process when there is no such runtime, or it is not installed. */
export function testServer(name) {
  const runtime = RUNTIMES[name];
  if (!runtime) {
    fail(`Unknown runtime "${name}": choose from ${Object.keys(RUNTIMES).join(", ")}`);
  }
  const { executable, flags = [], main } = runtime;
  const program = join(TESTS, "fixtures", main);
  for (const file of [executable, program]) {
    if (!existsSync(file)) fail(`Cannot find ${file}: run "npm test build" first`);
  }
  return { executable, args: [...flags, program] };
}

/** The port that an option names. Ends the process when it is none. */
export function toPort(text) {
  if (!/^\d{1,5}$/.test(text)) fail(`Cannot listen on "${text}": not a port`);
  return text;
}

function installed(path) {
  return join(TESTS, "node_modules", path);
}
