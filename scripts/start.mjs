// npm start [-- --port 8081]: installs what the demo site needs, builds it and runs it in this process.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { toPort } from "./runtimes.mjs";
import { ROOT, fail, install, run, whenOrphaned } from "./setup.mjs";
import { readCommandLine } from "./usage.mjs";

const DEMO = join(ROOT, "examples", "demo", "dist", "server.js");

const { values } = readCommandLine({
  command: "npm start -- [options]",
  about: "The demo site. Installs and builds what it needs.",
  options: {
    port: {
      type: "string",
      default: "8081",
      value: "N",
      help: "port to listen on; 0 picks a free one",
    },
    hostname: {
      type: "string",
      default: "127.0.0.1",
      value: "ADDRESS",
      help: "0.0.0.0 lets other machines in",
    },
  },
});
await toPort(values.port, values.hostname);
install("demo");
if (!run("tsc", ["-b", "examples/demo"]))
  fail("Cannot build the demo site: see the messages above");
if (!existsSync(DEMO)) fail(`Cannot start the demo site: ${DEMO} is missing`);
whenOrphaned(() => process.kill(process.pid, "SIGTERM"));
process.argv[1] = DEMO;
await import(pathToFileURL(DEMO).href);
