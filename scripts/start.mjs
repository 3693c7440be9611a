// npm start [-- --port 8081]: installs what the demo site needs, builds it and runs it in this process.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ROOT, fail, install, run, whenOrphaned } from "./setup.mjs";

const DEMO = join(ROOT, "examples", "demo", "dist", "server.js");

install("demo");
if (!run("tsc", ["-b", "examples/demo"]))
  fail("Cannot build the demo site: see the messages above");
if (!existsSync(DEMO)) fail(`Cannot start the demo site: ${DEMO} is missing`);
whenOrphaned(() => process.kill(process.pid, "SIGTERM"));
process.argv[1] = DEMO;
await import(pathToFileURL(DEMO).href);
