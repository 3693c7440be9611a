// npm run testserver -- --runtime node --port 8081: the standard test server, for the public test suites and for trying
// things out. Installs and builds nothing.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT, fail, whenOrphaned } from "./setup.mjs";

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

const { values } = parseArgs({
  options: {
    runtime: { type: "string", default: "node" },
    port: { type: "string", default: "8081" },
  },
});
const runtime = RUNTIMES[values.runtime];
if (!runtime) {
  fail(`Unknown runtime "${values.runtime}": choose from ${Object.keys(RUNTIMES).join(", ")}`);
}
if (!/^\d{1,5}$/.test(values.port)) fail(`Cannot listen on "${values.port}": not a port`);

const { executable, flags = [], main } = runtime;
const server = join(TESTS, "fixtures", main);
for (const file of [executable, server]) {
  if (!existsSync(file)) fail(`Cannot find ${file}: run "npm test build" first`);
}

const child = spawn(executable, [...flags, server, "--port", values.port], {
  stdio: ["ignore", "inherit", "inherit"],
});
let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => stop(signal));
whenOrphaned(() => stop("SIGTERM"));
child.on("error", (error) => fail(`Cannot run ${executable}: ${error.message}`));
child.on("exit", (code) => process.exit(stopping ? 0 : (code ?? 1)));

function installed(path) {
  return join(TESTS, "node_modules", path);
}

function stop(signal) {
  stopping = true;
  child.kill(signal);
}
