// npm run dev: the compiler and the unit tests, both watching, in one terminal. Keys go to the tests; Ctrl-C ends both.
import { install, start, watchBuild, whenOrphaned } from "./setup.mjs";
import { readCommandLine } from "./usage.mjs";

readCommandLine({
  command: "npm run dev",
  about: "The compiler and the unit tests, both watching. Keys go to the tests; Ctrl-C ends both.",
});
install("all");
const endBuild = watchBuild();
const tests = start("vitest", ["--project=unit*"], { stdio: "inherit" });

tests.on("error", () => void endBuild());
tests.on("exit", (code) => {
  void endBuild();
  process.exitCode = code ?? 0;
});
// The tests decide when it ends. A terminal's Ctrl-C reaches them by itself, a signal sent to this process does not.
process.on("SIGINT", () => tests.kill("SIGINT"));
process.on("SIGTERM", () => tests.kill("SIGTERM"));
whenOrphaned(() => tests.kill("SIGTERM"));
