// npm run check: the four gates that judge a changed line, in the time that somebody waits for gladly. Shows the output of
// what fails, and nothing else. Two lanes, for two cores: the formatter beside the compiler, then the linter beside the unit
// tests, both of which read what the compiler has written.
import { install, start } from "./setup.mjs";

/** On two idle cores, where the build has little to do. */
const BUDGET_MS = 10_000;

install("all");
const startMs = performance.now();
let sumMs = 0;

const formatted = step("format", "oxfmt", ["--check"]);
const built = await step("build", "tsc", ["-b"]);
const judged = built
  ? await Promise.all([
      step("lint", "oxlint", ["--type-aware", "--deny-warnings"]),
      step("unit", "vitest", ["run", "--project=unit*"]),
    ])
  : [];
if (!built) console.log("lint and unit are left out: they read what the build writes");

const isGood = (await formatted) && built && judged.every(Boolean);
const waitedMs = performance.now() - startMs;
const isOver = waitedMs > BUDGET_MS;
console.log(
  `${seconds(sumMs)} in all, ${seconds(waitedMs)} by the clock, ${isOver ? "over" : "within"} the budget of ${seconds(BUDGET_MS)}`,
);
process.exitCode = isGood ? 0 : 1;

/** Runs a step to its end. Tells whether it succeeded. */
async function step(name, command, args) {
  const stepMs = performance.now();
  const child = start(command, args, { stdio: ["ignore", "pipe", "pipe"] });
  const output = [];
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (data) => output.push(data));
  const code = await new Promise((resolve) => {
    child.on("error", () => resolve(1));
    child.on("close", resolve);
  });
  const tookMs = performance.now() - stepMs;
  sumMs += tookMs;
  console.log(`${name.padEnd(6)} ${seconds(tookMs).padStart(7)}${code === 0 ? "" : "  failed"}`);
  if (code !== 0) process.stdout.write(Buffer.concat(output));
  return code === 0;
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
