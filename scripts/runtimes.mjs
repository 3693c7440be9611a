// The test server's program on each runtime, for the scripts that start it.
import { once } from "node:events";
import { existsSync } from "node:fs";
import { createServer } from "node:net";
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

export const RUNTIME_NAMES = Object.keys(RUNTIMES);

/** The options of the scripts that start the test server. */
export const SERVER_OPTIONS = {
  runtime: { type: "string", default: "node", value: "NAME", help: RUNTIME_NAMES.join(", ") },
  port: {
    type: "string",
    default: "8081",
    value: "N",
    help: "port of 127.0.0.1; 0 picks a free one",
  },
  trace: { type: "boolean", default: false, help: "print states and frames of each session" },
};

const REASONS = {
  EADDRINUSE: "another process does already, so choose another --port",
  EACCES: "not allowed, so choose a --port above 1023",
  EADDRNOTAVAIL: "this machine has no such address",
  ENOTFOUND: "there is no such address",
};

/** The command line of the test server on a runtime. Ends the process when there is no such runtime, or it is not installed. */
export function testServer(name) {
  const runtime = RUNTIMES[name];
  if (!runtime) {
    fail(`Unknown runtime "${name}": choose from ${RUNTIME_NAMES.join(", ")}`);
  }
  const { executable, flags = [], main } = runtime;
  const program = join(TESTS, "fixtures", main);
  for (const file of [executable, program]) {
    if (!existsSync(file)) fail(`Cannot find ${file}: run "npm test build" first`);
  }
  return { executable, args: [...flags, program] };
}

/** The port that an option names. Ends the process when it is none, or when nobody can listen there; 0 chooses a free one. */
export async function toPort(text, hostname = "127.0.0.1") {
  if (!/^\d{1,5}$/.test(text) || Number(text) > 65_535) {
    fail(`Cannot listen on port "${text}": choose a number from 0 to 65535`);
  }
  // Each runtime tells of it in words and stacks of its own; and whoever waits for a build learns of it before.
  const probe = createServer().listen(Number(text), hostname);
  try {
    await once(probe, "listening");
  } catch ({ code, message }) {
    fail(`Cannot listen on ${hostname}:${text}: ${REASONS[code] ?? message}`);
  }
  probe.close();
  await once(probe, "close");
  return text;
}

function installed(path) {
  return join(TESTS, "node_modules", path);
}
