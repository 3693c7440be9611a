import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

const RUNTIMES = ["node", "bun", "deno"] as const;

export type Runtime = (typeof RUNTIMES)[number];

/** The Node that runs the bench, and the Bun and Deno that the tests have installed; else those of the system. */
export const DEFAULT_PROGRAMS: Readonly<Record<Runtime, string>> = {
  node: process.execPath,
  bun: installedByTests("bun/bin/bun.exe") ?? "bun",
  deno: installedByTests("deno/deno") ?? "deno",
};

/** The versions of those runtimes, by name. */
export function readVersions(
  wanted: readonly Runtime[],
  programs: Readonly<Record<Runtime, string>>,
): Readonly<Record<string, string>> {
  const measured = RUNTIMES.filter((name) => wanted.includes(name));
  return Object.fromEntries(measured.map((name) => [name, readVersion(programs[name])]));
}

/** The version a program reports, without its name. */
function readVersion(program: string): string {
  const text = execFileSync(program, ["--version"], { encoding: "utf8" });
  return /\d+\.\d+\.\S+/.exec(text)?.[0] ?? text.trim();
}

function installedByTests(path: string): string | undefined {
  const whole = fileURLToPath(new URL(`../../../tests/node_modules/${path}`, import.meta.url));
  return existsSync(whole) ? whole : undefined;
}
