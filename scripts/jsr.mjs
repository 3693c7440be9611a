// node scripts/jsr.mjs check|publish: has Deno judge what JSR would get, documentation included, or publishes it.
// Works on a copy that holds nothing else: beside their package.json and node_modules Deno would read the packages as npm's,
// and would look for those of the workspace on JSR, where a new version is not yet.
import { spawnSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT, fail } from "./setup.mjs";

const DENO = join(ROOT, "tests", "node_modules", "deno", "deno");
const FOLDERS = ["core", "adapter-node", "adapter-bun", "adapter-deno"];

const STEPS = {
  check: [["doc", "--lint", ...FOLDERS.flatMap(entriesOf)], publish("--dry-run")],
  publish: [publish()],
};

const steps = STEPS[process.argv[2]];
if (!steps) fail(`Unknown step "${process.argv[2]}": choose from ${Object.keys(STEPS).join(", ")}`);
if (!existsSync(DENO)) fail(`Cannot find ${DENO}: install the packages of tests/ first`);
const copy = mkdtempSync(join(tmpdir(), "sockjs-fetch-jsr-"));
try {
  stage(copy);
  // Each step runs, so that one report shows all that is wrong.
  const ok = steps.map((args) => deno(args, copy)).every(Boolean);
  process.exitCode = ok ? 0 : 1;
} finally {
  rmSync(copy, { recursive: true });
}

function publish(...flags) {
  return ["publish", "--allow-dirty", ...flags]; // the copy is in no repository
}

function stage(target) {
  writeFileSync(join(target, "deno.json"), JSON.stringify({ workspace: FOLDERS }));
  for (const folder of FOLDERS) {
    const source = join(ROOT, "packages", folder);
    mkdirSync(join(target, folder));
    cpSync(join(source, "src"), join(target, folder, "src"), { recursive: true });
    cpSync(join(source, "README.md"), join(target, folder, "README.md"));
    cpSync(join(ROOT, "LICENSE"), join(target, folder, "LICENSE"));
    // `deno doc` knows members of a workspace by this name alone.
    cpSync(join(source, "jsr.json"), join(target, folder, "deno.json"));
  }
}

function entriesOf(folder) {
  const { exports } = JSON.parse(readFileSync(join(ROOT, "packages", folder, "jsr.json"), "utf8"));
  return Object.values(exports).map((path) => join(folder, path));
}

function deno(args, cwd) {
  const env = { ...process.env, NO_COLOR: "1", DENO_NO_UPDATE_CHECK: "1" };
  const { status, error } = spawnSync(DENO, args, {
    cwd,
    env,
    stdio: ["inherit", "inherit", "inherit"],
  });
  if (error) console.error(`Cannot run ${DENO}: ${error.message}`);
  return status === 0;
}
