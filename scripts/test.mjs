// npm test [-- gate…]: installs everything, Chromium included, and runs the gates in order, or only those named.
// Cheap gates come first and stop the run; every test project runs, so that one report shows all that is broken.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureChromium } from "./chromium.mjs";
import { fail, install, run } from "./setup.mjs";

const CHEAP_GATES = [
  { name: "format", command: "oxfmt", args: ["--check"] },
  { name: "text", command: process.execPath, args: ["scripts/check-text.mjs"] },
  // Before lint: type-aware rules read the declarations in dist.
  { name: "build", command: "tsc", args: ["-b"] },
  { name: "lint", command: "oxlint", args: ["--type-aware", "--deny-warnings"] },
  { name: "knip", command: "knip", args: [] },
];
const TEST_PROJECTS = ["unit", "types", "conformance", "runtimes", "interop", "browser"];

const names = [...CHEAP_GATES.map((gate) => gate.name), ...TEST_PROJECTS];
const wanted = process.argv.slice(2);
const unknown = wanted.find((name) => !names.includes(name));
if (unknown !== undefined) fail(`Unknown gate "${unknown}": choose from ${names.join(", ")}`);
const isWanted = (name) => wanted.length === 0 || wanted.includes(name);

const total = { passed: 0, failed: 0 };
install("all");
if (isWanted("browser")) ensureChromium();
if (runCheapGates()) for (const name of TEST_PROJECTS.filter(isWanted)) runTests(name);
console.log(`\n${total.passed} passed, ${total.failed} failed`);
process.exitCode = total.failed === 0 ? 0 : 1;

function runCheapGates() {
  for (const { name, command, args } of CHEAP_GATES.filter((gate) => isWanted(gate.name))) {
    console.log(`\n== ${name}`);
    if (!run(command, args)) {
      total.failed++;
      console.error(`The gate "${name}" failed; the gates after it did not run`);
      return false;
    }
    total.passed++;
  }
  return true;
}

function runTests(project) {
  console.log(`\n== ${project}`);
  const folder = mkdtempSync(join(tmpdir(), "sockjs-fetch-"));
  const report = join(folder, "report.json");
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  const ok = run("vitest", ["run", "--project", project, ...reporters]);
  const counts = readCounts(report);
  rmSync(folder, { recursive: true });
  total.passed += counts.passed;
  total.failed += counts.failed;
  // A file that does not load, an unhandled error or a crash fails no single test.
  if (!ok && counts.failed === 0) total.failed++;
}

function readCounts(report) {
  try {
    const { numPassedTests, numFailedTests } = JSON.parse(readFileSync(report, "utf8"));
    return { passed: numPassedTests, failed: numFailedTests };
  } catch {
    return { passed: 0, failed: 0 }; // no report: vitest has said why, and its exit code counts
  }
}
