// npm run testserver -- --runtime node --port 8081: the standard test server, for the public test suites and for trying
// things out. With --trace it prints a line for each state that a session enters and each frame that it writes; with
// --sockjs-url its iframe pages load that script. Installs and builds nothing.
import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { testServer, toPort } from "./runtimes.mjs";
import { fail, whenOrphaned } from "./setup.mjs";

const { values } = parseArgs({
  options: {
    runtime: { type: "string", default: "node" },
    port: { type: "string", default: "8081" },
    trace: { type: "boolean", default: false },
    "sockjs-url": { type: "string" },
  },
});
const { executable, args } = testServer(values.runtime);
const options = ["--port", toPort(values.port)];
if (values.trace) options.push("--trace");
if (values["sockjs-url"] !== undefined) options.push("--sockjs-url", values["sockjs-url"]);

const child = spawn(executable, [...args, ...options], { stdio: ["ignore", "inherit", "inherit"] });
let stopping = false;
for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, () => stop(signal));
whenOrphaned(() => stop("SIGTERM"));
child.on("error", (error) => fail(`Cannot run ${executable}: ${error.message}`));
child.on("exit", (code) => process.exit(stopping ? 0 : (code ?? 1)));

function stop(signal) {
  stopping = true;
  child.kill(signal);
}
