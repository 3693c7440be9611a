// npm test [-- gate…]: installs everything, Chromium and proxies included, and runs the gates in order, or only those named
// and the build, which all others need.
// The first cheap gate that fails ends the run; every test project runs, so that one report shows all that is broken.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureChromium } from "./chromium.mjs";
import { ensureProxies } from "./proxies.mjs";
import { fail, install, run } from "./setup.mjs";

// Minutes each, and other versions of Node differ in nothing a browser sees: one row for each way out of the core.
const BROWSER_RUNTIMES = ["node", "node-26-fetch", "bun", "deno"];

const VITEST = "node_modules/vitest/vitest.mjs";

const GATES = [
  { name: "format", cheap: true, command: "oxfmt", args: ["--check"] },
  { name: "text", cheap: true, command: "node", args: ["scripts/check-text.mjs"] },
  // Before lint: type-aware rules read the declarations in dist.
  { name: "build", cheap: true, command: "tsc", args: ["-b"] },
  { name: "lint", cheap: true, command: "oxlint", args: ["--type-aware", "--deny-warnings"] },
  { name: "unit", vitest: ["--project=unit"] },
  // The core's tests once more, inside the other runtimes.
  {
    name: "unit-bun",
    vitest: ["--project=unit", "packages/core"],
    inside: ["tests/node_modules/bun/bin/bun.exe", "--bun", VITEST],
    env: { UNIT_RUNTIME: "bun" },
  },
  {
    name: "unit-deno",
    vitest: ["--project=unit", "packages/core"],
    inside: ["tests/node_modules/deno/deno", "run", "-A", VITEST],
    env: { UNIT_RUNTIME: "deno" },
  },
  { name: "types", vitest: ["--project=types"] },
  { name: "conformance", vitest: ["--project=conformance:*"] },
  { name: "runtimes", vitest: ["--project=runtimes"] },
  { name: "interop", vitest: ["--project=interop:*"] },
  { name: "browser", vitest: BROWSER_RUNTIMES.map((name) => `--project=browser:${name}`) },
  { name: "fuzz", vitest: ["--project=fuzz:*"] },
  { name: "limits", vitest: ["--project=limits:*"] },
  { name: "deploy", vitest: ["--project=deploy"] },
  { name: "packages", vitest: ["--project=packages"] },
  { name: "bench", vitest: ["--root=bench"] },
  { name: "knip", command: "knip", args: [] },
  { name: "deprecated", command: "node", args: ["scripts/check-deprecated.mjs"] },
];

const total = { passed: 0, failed: 0 };
process.on("exit", (code) => {
  if (code !== 0 && total.failed === 0) total.failed = 1; // what the gates need could not be installed
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
});
const wanted = chooseGates(process.argv.slice(2));
install("all");
if (wanted.some((gate) => gate.name === "browser")) ensureChromium();
if (wanted.some((gate) => gate.name === "deploy")) ensureProxies();
runGates(wanted);
process.exitCode = total.failed === 0 ? 0 : 1;

function chooseGates(names) {
  const unknown = names.find((name) => !GATES.some((gate) => gate.name === name));
  if (unknown !== undefined) {
    const known = GATES.map((gate) => gate.name).join(", ");
    fail(`Unknown gate "${unknown}": choose from ${known}`);
  }
  if (names.length === 0) return GATES;
  return GATES.filter(({ name }) => name === "build" || names.includes(name));
}

function runGates(gates) {
  const broken = [];
  for (const gate of gates) {
    console.log(`\n== ${gate.name}`);
    const { passed, failed } = gate.vitest ? runTests(gate) : runCommand(gate);
    total.passed += passed;
    total.failed += failed;
    if (failed > 0) broken.push(gate.name);
    if (failed > 0 && gate.cheap) break;
  }
  if (broken.length > 0) console.log(`\nFailed: ${broken.join(", ")}`);
}

function runCommand({ command, args }) {
  return run(command, args) ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

function runTests({ vitest, inside = ["vitest"], env }) {
  const folder = mkdtempSync(join(tmpdir(), "sockjs-fetch-"));
  const report = join(folder, "report.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const [command, ...before] = inside;
  const ok = run(command, [...before, "run", ...vitest, ...reporters], env);
  const { passed, failed } = readCounts(report);
  rmSync(folder, { recursive: true });
  // A file that does not load, an unhandled error or a crash fails no single test.
  return { passed, failed: ok ? failed : Math.max(failed, 1) };
}

function readCounts(report) {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8"));
    return { passed: numPassedTests, failed: numFailedTests };
  } catch {
    return { passed: 0, failed: 0 }; // no report: vitest has said why, and its exit code counts
  }
}
