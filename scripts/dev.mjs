// npm run dev: the compiler and the unit tests, both watching, in one terminal. Keys go to the tests; Ctrl-C ends both.
import { install, start, watchBuild, whenOrphaned } from "./setup.mjs";

install("all");
const endBuild = watchBuild();
const tests = start("vitest", ["--project=unit*"], { stdio: "inherit" });

tests.on("error", endBuild);
tests.on("exit", (code) => {
  endBuild();
  process.exitCode = code ?? 0;
});
// The tests decide when it ends. A terminal's Ctrl-C reaches them by itself, a signal sent to this process does not.
process.on("SIGINT", () => tests.kill("SIGINT"));
process.on("SIGTERM", () => tests.kill("SIGTERM"));
whenOrphaned(() => tests.kill("SIGTERM"));
