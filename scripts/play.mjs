// npm run play -- --runtime bun --port 8081: the test server and the demo's pages in one process, for trying every transport
// in a browser. The compiler watches beside it, and the server starts anew when what it runs has changed; the pages are
// read for each request. Takes --trace as the test server does.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { SERVER_OPTIONS, testServer, toPort } from "./runtimes.mjs";
import { ROOT, fail, run, watchBuild, whenOrphaned } from "./setup.mjs";
import { readCommandLine } from "./usage.mjs";

/** Where the compiler writes what the server loads. Bun and Deno load some sources, which are good once they are here, too. */
const WATCHED = [
  "packages/core/dist",
  "packages/adapter-node/dist",
  "packages/adapter-bun/dist",
  "packages/adapter-deno/dist",
  "examples/demo/dist",
  "tests/fixtures/dist",
];

/** The compiler writes file by file; the server starts when it has been quiet for that long. */
const QUIET_MS = 300;

/** How long the server may take to end. */
const SERVER_GRACE_MS = 1500;

const { values } = readCommandLine({
  command: "npm run play -- [options]",
  about:
    "The test server and the demo's pages in one process, restarted after each change that builds.",
  options: SERVER_OPTIONS,
});
const port = await toPort(values.port);
if (!run("tsc", ["-b"])) fail("Cannot build: see the messages above");
const { executable, args } = testServer(values.runtime);
const demo = pathToFileURL(join(ROOT, "examples/demo/dist/app.js")).href;
// The demo serves the script of the installed client there.
const options = ["--port", port, "--demo", demo, "--sockjs-url", "/sockjs.min.js"];
if (values.trace) options.push("--trace");

let isEnding = false;
let isDue = false;
let timer;
/** Whether what the compiler has written is whole, and without errors. */
let isBuilt = true;
for (const folder of WATCHED) {
  watch(join(ROOT, folder), { recursive: true }, (_event, name) => {
    if (!name?.endsWith(".js")) return;
    isDue = true;
    restartSoon();
  });
}
// After that, so that no change is missed.
let server = startServer();
const endBuild = watchBuild((line) => {
  const [, errors] = /Found (\d+) error/.exec(line) ?? [];
  if (errors === undefined) {
    if (/Starting (?:incremental )?compilation/.test(line)) isBuilt = false;
    return;
  }
  isBuilt = errors === "0";
  if (isBuilt) restartSoon();
  else console.log("The server stays as it was until that is mended");
});
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, end);
whenOrphaned(end);

function startServer() {
  const child = spawn(executable, [...args, ...options], {
    stdio: ["ignore", "inherit", "inherit"],
  });
  child.on("error", (error) => fail(`Cannot run ${executable}: ${error.message}`));
  child.on("exit", (code) => {
    if (!isEnding && code)
      console.error("The server has ended; it starts anew after the next change");
  });
  return child;
}

function restartSoon() {
  clearTimeout(timer);
  timer = setTimeout(restart, QUIET_MS);
}

async function restart() {
  if (isEnding || !isDue || !isBuilt) return;
  isDue = false;
  console.log("restarting");
  const old = server;
  if (old.exitCode === null && old.signalCode === null) {
    // At once: its sessions are nothing to wait for.
    old.kill("SIGKILL");
    await once(old, "exit");
  }
  if (!isEnding && server === old) server = startServer();
}

async function end() {
  if (isEnding) return;
  isEnding = true;
  await Promise.all([endBuild(), endServer()]);
  process.exit(0);
}

/** Sessions are told; who does not take that in a second is not waited for. */
async function endServer() {
  if (server.exitCode !== null || server.signalCode !== null) return;
  const kill = setTimeout(() => server.kill("SIGKILL"), SERVER_GRACE_MS);
  server.kill("SIGTERM");
  await once(server, "exit");
  clearTimeout(kill);
}
