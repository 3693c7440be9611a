// npm run check: the four gates that judge a changed line, in the time that somebody waits for gladly. Shows the output of
// what fails, and nothing else. Two lanes, for two cores: the formatter beside the compiler, then the linter beside the unit
// tests, both of which read what the compiler has written.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { ROOT, install, start } from "./setup.mjs";
import { readCommandLine } from "./usage.mjs";

/** On two idle cores, where the build has little to do. */
const AIM_S = 10;

readCommandLine({
  command: "npm run check",
  about:
    "Format, lint, build and unit tests: what judges a changed line. Shows the output of what fails.",
  more: [["see also", [["npm test -- --help", "every gate, or only some"]]]],
});
const isFirst = !existsSync(join(ROOT, "packages/core/dist"));
install("all");
const startMs = performance.now();

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
const tookS = Math.round((performance.now() - startMs) / 1000);
console.log(`took ${tookS} s; ${AIM_S} s is the aim on idle cores with a warm build`);
if (isFirst) console.log("The first run builds everything; from now on only what has changed");
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
  console.log(`${name.padEnd(6)} ${seconds(tookMs).padStart(7)}${code === 0 ? "" : "  failed"}`);
  if (code !== 0) process.stdout.write(Buffer.concat(output));
  return code === 0;
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
