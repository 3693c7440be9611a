import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, onTestFinished, test } from "vitest";
import { command } from "../packages/command.ts";

const SCRIPT = fileURLToPath(new URL("../../scripts/check-deprecated.mjs", import.meta.url));

/** As pnpm writes it: the mark stands between other lines of its package. */
const LOCK_FILE = `lockfileVersion: '9.0'

importers:

  packages/core:
    dependencies:
      old-router:
        specifier: ^6.0.0
        version: 6.0.0

packages:

  '@scope/sound@1.0.0':
    resolution: {integrity: sha512-AAAA}
    engines: {node: '>=4'}

  old-router@6.0.0:
    resolution: {integrity: sha512-BBBB}
    deprecated: 'Moved: see elsewhere'
    hasBin: true

snapshots:

  old-router@6.0.0: {}
`;

test("`npm test deprecated` names each package that the lock file marks", async () => {
  expect(await check()).toEqual({
    code: 1,
    output: "old-router@6.0.0 is deprecated: Moved: see elsewhere\n",
  });
});

test("`npm test deprecated` passes a package with an exception", async () => {
  expect(await check("--except", "old-router@6.0.0")).toEqual({ code: 0, output: "" });
});

test("`npm test deprecated` names an exception that has become stale", async () => {
  const stale = ["--except", "old-router@6.0.0", "--except", "@scope/sound@1.0.0"];
  expect(await check(...stale)).toEqual({
    code: 1,
    output:
      "@scope/sound@1.0.0 is an exception that is no longer needed: it is not installed, or not deprecated\n",
  });
});

async function check(...args: readonly string[]): ReturnType<typeof command> {
  const folder = mkdtempSync(join(tmpdir(), "sockjs-fetch-lock-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const lock = join(folder, "pnpm-lock.yaml");
  writeFileSync(lock, LOCK_FILE);
  return command(process.execPath, [SCRIPT, "--offline", "--lock", lock, ...args]);
}
