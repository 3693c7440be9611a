// npm run testserver -- --runtime node --port 8081: the standard test server, for the public test suites and for trying
// things out. Installs and builds nothing.
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT, fail, whenOrphaned } from "./setup.mjs";

const TESTS = join(ROOT, "tests");
const RUNTIMES = ["node", "node-22", "node-24", "node-26", "bun", "deno"];

const { values } = parseArgs({
  options: {
    runtime: { type: "string", default: "node" },
    port: { type: "string", default: "8081" },
  },
});
const { runtime, port } = values;
if (!RUNTIMES.includes(runtime)) {
  fail(`Unknown runtime "${runtime}": choose from ${RUNTIMES.join(", ")}`);
}
if (!/^\d{1,5}$/.test(port)) fail(`Cannot listen on port "${port}": a number is needed`);

const family = runtime.split("-")[0];
const server = join(TESTS, "fixtures", "dist", `testserver-${family}.js`);
const executable = toExecutable(runtime);
if (!existsSync(server)) fail(`Cannot find ${server}: run "npm test build" first`);
if (!existsSync(executable)) fail(`Cannot find ${executable}: run "npm test build" first`);

const flags = family === "deno" ? ["run", "--allow-all"] : [];
const child = spawn(executable, [...flags, server, "--port", port], {
  stdio: ["ignore", "inherit", "inherit"],
});
let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => stop(signal));
whenOrphaned(() => stop("SIGTERM"));
child.on("error", (error) => fail(`Cannot run ${executable}: ${error.message}`));
child.on("exit", (code) => process.exit(stopping ? 0 : (code ?? 1)));

function toExecutable(name) {
  if (name === "node") return process.execPath;
  const folder = join(TESTS, "node_modules");
  return family === "node" ? join(folder, name, "bin", "node") : join(folder, ".bin", name);
}

function stop(signal) {
  stopping = true;
  child.kill(signal);
}
