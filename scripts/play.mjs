// npm run play -- --runtime bun --port 8081: the test server and the demo's pages in one process, for trying every transport
// in a browser. The compiler watches beside it, and the server starts anew when what it runs has changed; the pages are
// read for each request. Takes --trace as the test server does.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { testServer, toPort } from "./runtimes.mjs";
import { ROOT, fail, run, watchBuild, whenOrphaned } from "./setup.mjs";

/** What the server's process loads. */
const WATCHED = [
  "packages/core/dist",
  "packages/adapter-node/dist",
  "packages/adapter-bun/dist",
  "packages/adapter-deno/dist",
  "examples/demo/dist",
  "tests/fixtures",
];

/** The compiler writes file by file; the server starts when it has been quiet for that long. */
const QUIET_MS = 300;

const { values } = parseArgs({
  options: {
    runtime: { type: "string", default: "node" },
    port: { type: "string", default: "8081" },
    trace: { type: "boolean", default: false },
  },
});
if (!run("tsc", ["-b"])) fail("Cannot build: see the messages above");
const { executable, args } = testServer(values.runtime);
const demo = pathToFileURL(join(ROOT, "examples/demo/dist/app.js")).href;
// The demo serves the script of the installed client there.
const options = ["--port", toPort(values.port), "--demo", demo, "--sockjs-url", "/sockjs.min.js"];
if (values.trace) options.push("--trace");

let isEnding = false;
let timer;
for (const folder of WATCHED) {
  watch(join(ROOT, folder), { recursive: true }, (_event, name) => {
    if (name === null || !/\.(?:js|ts)$/.test(name) || name.endsWith(".d.ts")) return;
    clearTimeout(timer);
    timer = setTimeout(restart, QUIET_MS);
  });
}
// After that, so that no change is missed.
let server = startServer();
const endBuild = watchBuild();
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

async function restart() {
  if (isEnding) return;
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
  endBuild();
  server.kill("SIGTERM");
  if (server.exitCode === null && server.signalCode === null) await once(server, "exit");
  process.exit(0);
}
