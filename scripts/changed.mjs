// npm test changed: which gates the changed paths touch.
import { spawnSync } from "node:child_process";
import { ROOT, fail } from "./setup.mjs";

/** What judges any change. */
const ALWAYS = ["format", "text"];

/** What judges any change but one of documents. */
const CODE = ["build", "lint"];

const EVERYWHERE = ["conformance", "interop", "browser", "fuzz", "limits", "chaos"];

/** A path's gates are those of the first row it fits: the path begins with the row's, or ends as `*` tells. */
export const TOUCHES = [
  ["*.md", ["readme"]],
  ["*.test-d.ts", ["types"]],

  [
    "packages/core/src/",
    ["unit", "unit-bun", "unit-deno", "types", ...EVERYWHERE, "runtimes", "packages", "knip"],
  ],
  ["packages/core/test/", ["unit", "unit-bun", "unit-deno", "types"]],
  ["packages/adapter-node/src/", [...adapter("node*"), "deploy"]],
  ["packages/adapter-bun/src/", adapter("bun")],
  ["packages/adapter-deno/src/", adapter("deno")],
  ["packages/adapter-node/test/", ["unit", "types"]],
  ["packages/adapter-bun/test/", ["unit"]],
  ["packages/", ["unit", "types", "runtimes", "packages", "knip"]],

  ["tests/conformance/", ["conformance"]],
  ["tests/fuzz/", ["fuzz"]],
  ["tests/limits/", ["limits"]],
  ["tests/chaos/", ["chaos"]],
  ["tests/deploy/", ["deploy"]],
  ["tests/packages/", ["packages"]],
  ["tests/runtimes/", ["runtimes"]],
  ["tests/types/layering.test.ts", ["unit"]],
  ["tests/types/", ["types"]],
  ["tests/interop/node/", ["interop"]],
  ["tests/interop/", ["interop", "browser"]],
  // By hand: `npm run soak`. The chaos takes its samples.
  ["tests/soak/samples.ts", ["chaos"]],
  ["tests/soak/", []],
  ["tests/harness/", [...EVERYWHERE, "runtimes", "bench", "knip"]],
  ["tests/", [...EVERYWHERE, "runtimes", "knip"]],

  ["examples/", ["runtimes", "browser:node", "packages", "knip"]],
  ["deploy/", ["deploy"]],
  ["bench/", ["bench", "knip"]],
  ["scripts/chromium.mjs", ["browser:node"]],
  ["scripts/firefox.mjs", ["browser:bun"]],
  ["scripts/debian-package.mjs", ["browser:node", "browser:bun"]],
  ["scripts/proxies.mjs", ["deploy"]],
  ["scripts/jsr.mjs", ["packages"]],
  ["scripts/", ["runtimes", "knip"]],
  ["decisions/", []],
  [".changeset/", []],
  ["LICENSE", ["packages"]],
  ["knip.jsonc", ["knip"]],
  [".oxfmtrc.json", []],
  [".oxlintrc.json", []],
  [".gitignore", []],
  [".editorconfig", []],
];

/** The gates of these paths by name; `"all"` where one has no row, as the lock file and the compiler's settings. */
export function gatesOf(paths) {
  if (paths.length === 0) return [];
  const rows = paths.map((path) => TOUCHES.find(([pattern]) => fits(path, pattern))?.[1]);
  if (rows.includes(undefined)) return "all";
  const names = new Set([...ALWAYS, ...rows.flat()]);
  if (!paths.every((path) => path.endsWith(".md"))) CODE.forEach((name) => names.add(name));
  if (names.has("runtimes")) names.delete("readme"); // a part of it
  return [...names];
}

/** What git finds changed: not committed yet, or since a revision; without one, since this branch left its upstream. */
export function changedPaths(base) {
  const from = base ?? leftUpstream() ?? "HEAD";
  const changed = git("diff", "--name-only", "--no-renames", "-z", from);
  if (changed === undefined) fail(`Cannot compare with "${from}": git knows no such revision`);
  const untracked = git("ls-files", "--others", "--exclude-standard", "-z") ?? "";
  return [...new Set(`${changed}${untracked}`.split("\0").filter(Boolean))];
}

function leftUpstream() {
  return git("merge-base", "HEAD", "@{upstream}")?.trim();
}

/** What git prints; nothing when it fails. */
function git(...args) {
  // The command line may trust a clone that another user owns, as in a container.
  const all = ["-c", "safe.directory=*", ...args];
  const { stdout, status } = spawnSync("git", all, { cwd: ROOT, encoding: "utf8" });
  return status === 0 ? stdout : undefined;
}

function fits(path, pattern) {
  return pattern.startsWith("*") ? path.endsWith(pattern.slice(1)) : path.startsWith(pattern);
}

function adapter(runtime) {
  return [
    "unit",
    "types",
    ...EVERYWHERE.map((gate) => `${gate}:${runtime}`),
    "runtimes",
    "packages",
    "knip",
  ];
}
