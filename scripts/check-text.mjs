// Checks that tracked files speak of the project alone: no one's home folder, no registry, no forgotten note.
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./setup.mjs";

const RULES = [
  {
    name: "absolute path of someone's machine",
    pattern: /(?<![\w.:/*)\]}-])\/(?:home|root|Users|work|workspace|workspaces|mnt)\/[\w.]/,
  },
  {
    name: "registry host",
    pattern: /\bregistry\.[a-z0-9-]+\.[a-z]{2,}|\/\/[\w.-]+:4873\b|_authToken/,
  },
  { name: "note without an issue number", pattern: /\b(?:TODO|FIXME|XXX)\b(?! ?\(?#\d+)/ },
];
/** Words that readers stumble over, and what to write in their place. */
const SOURCE_RULES = [
  { name: 'say "ignored" or "left as it is"', pattern: /\blet be\b/ },
  { name: 'say "our", or name the thing', pattern: /\bof ours\b/ },
  { name: 'say "where from"', pattern: /\bwhence\b/i },
  { name: 'say "without one"', pattern: /\bwhere there is none\b/ },
  { name: "name the figure and its unit", pattern: /\bso (?:many|long|much)\b(?! as\b)/ },
  { name: 'say "browser" or "peer"', pattern: /\bother side\b/ },
];
const LOCK_FILE_RULES = [
  { name: "registry URL in the lock file", pattern: /\btarball:|resolution:.*https?:/ },
];

// The command line may trust a clone that another user owns, as in a container.
const git = ["-c", "safe.directory=*", "ls-files", "-z"];
const { stdout, status, stderr } = spawnSync("git", git, { cwd: ROOT, encoding: "utf8" });
if (status !== 0) throw new Error(`Cannot list tracked files: ${stderr}`);

const findings = stdout.split("\0").filter(Boolean).flatMap(checkFile);
for (const finding of findings) console.error(finding);
process.exitCode = findings.length === 0 ? 0 : 1;

function checkFile(path) {
  const text = readTracked(path);
  if (path === "scripts/check-text.mjs" || text.includes("\0")) return []; // the rules themselves; binary files
  const rules = [
    ...RULES,
    ...(path === "pnpm-lock.yaml" ? LOCK_FILE_RULES : []),
    ...(/^packages\/[^/]+\/src\//.test(path) ? SOURCE_RULES : []),
  ];
  return text
    .split("\n")
    .flatMap((line, index) =>
      rules
        .filter(({ pattern }) => pattern.test(line))
        .map(({ name }) => `${path}:${index + 1}: ${name}: ${line.trim().slice(0, 100)}`),
    );
}

function readTracked(path) {
  try {
    return readFileSync(join(ROOT, path), "utf8");
  } catch (error) {
    if (error.code === "ENOENT") return ""; // deleted, not yet committed
    throw error;
  }
}
