// npm test [-- gate…]: installs everything, browsers and proxies included, and runs the gates in order, or only those named
// and the build, which most need. A gate that has a project for each runtime takes one: `conformance:bun`, `interop:node*`.
// npm test changed [-- --base REV] [--list]: the gates that the changed paths touch, run or only printed; `--path` names
// paths in place of those that git finds.
// The first cheap gate that fails ends the run; every test project runs, so that one report shows all that is broken.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { changedPaths, gatesOf } from "./changed.mjs";
import { ensureChromium } from "./chromium.mjs";
import { ensureFirefox } from "./firefox.mjs";
import { ensureProxies } from "./proxies.mjs";
import { fail, install, run } from "./setup.mjs";
import { failUsage, readCommandLine } from "./usage.mjs";

// Minutes each, and other versions of Node differ in nothing a browser sees: one row for each way out of the core.
const BROWSER_RUNTIMES = ["node", "node-26-fetch", "bun", "deno"];

// By the clock, and at random: one of each kind.
const CHAOS_RUNTIMES = ["node", "bun", "deno"];

const VITEST = "node_modules/vitest/vitest.mjs";

const GATES = [
  { name: "format", cheap: true, needsNoBuild: true, command: "oxfmt", args: ["--check"] },
  {
    name: "text",
    cheap: true,
    needsNoBuild: true,
    command: "node",
    args: ["scripts/check-text.mjs"],
  },
  // Before lint: type-aware rules read the declarations in dist.
  { name: "build", cheap: true, command: "tsc", args: ["-b"] },
  { name: "lint", cheap: true, command: "oxlint", args: ["--type-aware", "--deny-warnings"] },
  { name: "unit", vitest: ["--project=unit*"] },
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
  { name: "conformance", runtimes: ["*"] },
  { name: "runtimes", vitest: ["--project=runtimes"] },
  // A part of the one before, for changes of documents alone.
  { name: "readme", isPart: true, needsNoBuild: true, vitest: ["--project=runtimes", "readme"] },
  { name: "interop", runtimes: ["*"] },
  { name: "browser", runtimes: BROWSER_RUNTIMES },
  { name: "fuzz", runtimes: ["*"] },
  { name: "limits", runtimes: ["*"] },
  { name: "chaos", runtimes: CHAOS_RUNTIMES },
  { name: "deploy", vitest: ["--project=deploy"] },
  { name: "packages", vitest: ["--project=packages"] },
  { name: "bench", vitest: ["--root=bench"] },
  { name: "knip", command: "knip", args: [] },
  {
    name: "deprecated",
    needsNoBuild: true,
    command: "node",
    args: ["scripts/check-deprecated.mjs"],
  },
];

const { values, positionals } = readCommandLine({
  command: "npm test [gate…] or npm test changed, options after --",
  about:
    "Installs everything and runs every gate, only those named, or those that the changed paths touch.",
  allowPositionals: true,
  options: {
    base: { type: "string", value: "REV", help: "with changed: what has changed since there" },
    list: { type: "boolean", help: "with changed: only names the gates" },
    path: {
      type: "string",
      multiple: true,
      value: "PATH",
      help: "with changed: judges these paths",
    },
  },
  more: [
    [
      "gates",
      [
        ...GATES.map(({ name, runtimes }) => [`${name}${runtimes ? "[:RUNTIME]" : ""}`]),
        ["conformance:bun and interop:node* stand for one runtime, and for some"],
      ],
    ],
  ],
});
const isChanged = positionals[0] === "changed";
if (!isChanged && Object.keys(values).length > 0) {
  failUsage(`Option "--${Object.keys(values)[0]}" goes with changed`);
}
if (isChanged && positionals.length > 1) failUsage(`Unknown argument "${positionals[1]}"`);

let isListing = false;
const total = { passed: 0, failed: 0 };
process.on("exit", (code) => {
  if (isListing) return;
  if (code !== 0 && total.failed === 0) total.failed = 1; // what the gates need could not be installed
  console.log(`\n${total.passed} passed, ${total.failed} failed`);
});
const wanted = chooseGates();
install("all");
if (wanted.some(({ name }) => name.startsWith("browser"))) {
  ensureChromium();
  ensureFirefox();
}
if (wanted.some(({ name }) => name === "deploy")) ensureProxies();
runGates(wanted);
process.exitCode = total.failed === 0 ? 0 : 1;

function chooseGates() {
  if (!isChanged) return positionals.length === 0 ? wholeGates() : namedGates(positionals);
  const names = gatesOf(values.path ?? changedPaths(values.base));
  const gates = names === "all" ? wholeGates() : namedGates(names);
  console.log(gates.map(({ name }) => name).join(" ") || "Nothing has changed");
  isListing = values.list ?? false;
  if (isListing) process.exit(0);
  return gates;
}

function wholeGates() {
  return GATES.filter(({ isPart }) => !isPart).map((gate) => onRuntimes(gate));
}

/** The gates of these names in the order of the table, and the build where one of them needs it. */
function namedGates(names) {
  for (const name of names) {
    const [kind, runtime] = name.split(":");
    const gate = GATES.find((known) => known.name === kind);
    if (!gate || (runtime !== undefined && !gate.runtimes)) {
      const known = GATES.map((row) => row.name).join(", ");
      fail(`Unknown gate "${name}": choose from ${known}`);
    }
  }
  const needsBuild = GATES.some((gate) => !gate.needsNoBuild && isNamed(gate));
  return GATES.flatMap((gate) => {
    if (names.includes(gate.name)) return [onRuntimes(gate)];
    if (gate.name === "build") return needsBuild ? [gate] : [];
    return names
      .filter((name) => name.startsWith(`${gate.name}:`))
      .map((name) => onRuntimes(gate, name.slice(gate.name.length + 1)));
  });

  function isNamed(gate) {
    return names.some((name) => name.split(":")[0] === gate.name);
  }
}

/** The gate with its projects: of all its runtimes, of one, or of those whose names begin as the pattern does before its star. */
function onRuntimes(gate, pattern = "*") {
  if (!gate.runtimes) return gate;
  const isEvery = gate.runtimes.includes("*"); // then vitest resolves the star
  const chosen =
    pattern.endsWith("*") && !isEvery
      ? gate.runtimes.filter((runtime) => runtime.startsWith(pattern.slice(0, -1)))
      : [pattern];
  const name = pattern === "*" ? gate.name : `${gate.name}:${pattern}`;
  return { ...gate, name, vitest: chosen.map((runtime) => `--project=${gate.name}:${runtime}`) };
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
