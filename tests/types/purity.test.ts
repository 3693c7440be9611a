import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const TSC = fileURLToPath(new URL("bin/tsc", import.meta.resolve("typescript/package.json")));
const PROJECT = fileURLToPath(new URL("purity", import.meta.url));

test("`@sockjs-fetch/core` compiles, and cannot name what belongs to one runtime or to a page", () => {
  const { stdout } = spawnSync(process.execPath, [TSC, "-p", PROJECT, "--pretty", "false"], {
    cwd: PROJECT,
    encoding: "utf8",
  });

  expect(stdout.trimEnd().split("\n").map(withoutAdvice)).toEqual([
    "impure.ts(2,26): error TS2591: Cannot find name 'node:fs'.",
    "impure.ts(6,3): error TS2591: Cannot find name 'process'.",
    "impure.ts(7,3): error TS2591: Cannot find name 'Buffer'.",
    "impure.ts(8,3): error TS2304: Cannot find name 'global'.",
    "impure.ts(9,3): error TS2584: Cannot find name 'document'.",
    "impure.ts(10,3): error TS2304: Cannot find name 'window'.",
    "impure.ts(11,3): error TS2868: Cannot find name 'Bun'.",
    "impure.ts(12,3): error TS2304: Cannot find name 'Deno'.",
  ]);
});

/** Drops the compiler's advice on what to install after the first sentence. */
function withoutAdvice(line: string): string {
  return line.replace(/(\.) [A-Z].*$/, "$1");
}
