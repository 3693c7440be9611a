// node scripts/check-deprecated.mjs: fails when an installed package is marked deprecated, as every install of it would print.
// pnpm writes the mark into the lock file when it locks a version, and never looks again; so npm is asked as well, about the
// few packages that every user installs.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { ROOT } from "./setup.mjs";

/** Packages that stay although they are deprecated, each `name@version` with its reason: no user installs them. */
const EXCEPTIONS = {};

const { values } = parseArgs({
  options: {
    lock: { type: "string", default: join(ROOT, "pnpm-lock.yaml") },
    except: { type: "string", multiple: true, default: [] },
    // Reads the lock file alone.
    offline: { type: "boolean", default: false },
  },
});

const lines = readFileSync(values.lock, "utf8").split("\n");
const marked = new Map(marksOf(section("packages")));
if (!values.offline) {
  for (const id of usersInstall(section("importers"))) {
    const mark = askNpm(id);
    if (mark) marked.set(id, mark);
  }
}
const excepted = [...Object.keys(EXCEPTIONS), ...values.except];
const findings = [
  ...[...marked]
    .filter(([id]) => !excepted.includes(id))
    .map(([id, mark]) => `${id} is deprecated: ${mark}`),
  ...excepted
    .filter((id) => !marked.has(id))
    .map(
      (id) =>
        `${id} is an exception that is no longer needed: it is not installed, or not deprecated`,
    ),
];
for (const finding of findings) console.error(finding);
process.exitCode = findings.length === 0 ? 0 : 1;

/** The lines of a top-level key. */
function section(key) {
  const start = lines.indexOf(`${key}:`) + 1;
  if (start === 0) throw new Error(`Cannot read ${values.lock}: it has no "${key}"`);
  const end = lines.findIndex((line, index) => index >= start && /^\S/.test(line));
  return lines.slice(start, end === -1 ? undefined : end);
}

/** Each `name@version` of the section "packages" that has a line `deprecated: <text>`, with that text. */
function marksOf(packages) {
  let id = "";
  return packages.flatMap((line) => {
    id = unquote(/^ {2}(\S.*):$/.exec(line)?.[1] ?? id);
    const mark = /^ {4}deprecated: (.*)$/.exec(line)?.[1];
    return mark === undefined ? [] : [[id, unquote(mark)]];
  });
}

/** Each `name@version` that a published package depends on, those of the workspace left out. */
function usersInstall(importers) {
  const [ids, path] = [new Set(), []];
  for (const line of importers) {
    const [, indent, key, value] = /^( *)(.*?):(?: (.*))?$/.exec(line) ?? [];
    if (indent === undefined) continue;
    path.length = indent.length / 2 - 1;
    path.push(unquote(key));
    const [importer, kind, name, property] = path;
    const isUsers = importer.startsWith("packages/") && kind === "dependencies";
    if (isUsers && property === "version" && !value.startsWith("link:"))
      ids.add(`${name}@${value}`);
  }
  return ids;
}

/** The mark of a package as npm has it now; nothing where npm cannot be reached, which is said. */
function askNpm(id) {
  const hurry = ["--fetch-retries=0", "--fetch-timeout=10000"];
  const { status, stdout } = spawnSync("npm", ["view", id, "deprecated", "--json", ...hurry], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
    shell: process.platform === "win32",
  });
  if (status !== 0) {
    console.log(`Cannot ask npm about ${id}: only the lock file's mark counts`);
    return undefined;
  }
  return stdout.trim() === "" ? undefined : String(JSON.parse(stdout));
}

function unquote(text) {
  return text.replace(/^'(.*)'$/, "$1");
}
