// node scripts/version.mjs: takes what the changesets say into the packages' versions and changelogs, and the version into
// jsr.json.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT, fail, run } from "./setup.mjs";

const PACKAGES = join(ROOT, "packages");
const CORE = "@sockjs-fetch/core";

// Changesets 2 makes a new major version of whoever has a peer that leaves its range, and 0.2.0 leaves ^0.1.0; here all
// packages share one version, so the peer moves along. Changesets 3 does not, but needs Node 22
// (https://github.com/changesets/changesets/pull/2090). Remove when Node 20 is dropped.
setPeerRange("workspace:>=0.0.0");
const versioned = run("changeset", ["version"]);
setPeerRange("workspace:^");
if (!versioned) fail("Cannot set versions: see the messages above");
for (const folder of readdirSync(PACKAGES)) setJsrVersion(folder);
run("oxfmt", ["packages/*/*.json"]);

function setPeerRange(range) {
  for (const folder of readdirSync(PACKAGES)) {
    edit(join(PACKAGES, folder, "package.json"), ({ peerDependencies }) => {
      if (peerDependencies?.[CORE] !== undefined) peerDependencies[CORE] = range;
    });
  }
}

function setJsrVersion(folder) {
  const { version } = JSON.parse(readFileSync(join(PACKAGES, folder, "package.json"), "utf8"));
  const file = join(PACKAGES, folder, "jsr.json");
  if (!existsSync(file)) return;
  edit(file, (config) => {
    config.version = version;
    for (const [name, target] of Object.entries(config.imports)) {
      config.imports[name] = target.replace(/^(jsr:@sockjs-fetch\/core@\^)[^/]+/, `$1${version}`);
    }
  });
}

function edit(file, change) {
  const content = JSON.parse(readFileSync(file, "utf8"));
  change(content);
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`);
}
