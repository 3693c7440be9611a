import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { text } from "node:stream/consumers";

/** The repository's root. */
export const ROOT: string = fileURLToPath(new URL("../../", import.meta.url));

/** How a command ended, and what it wrote. */
export interface CommandResult {
  readonly code: number | null;
  /** Standard output and standard error, one after the other. */
  readonly output: string;
}

/** Runs a command to its end. */
export async function command(
  program: string,
  args: readonly string[],
  cwd: string = ROOT,
  env: NodeJS.ProcessEnv = plainEnv(),
): Promise<CommandResult> {
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  const [[code], stdout, stderr] = await Promise.all([
    once(child, "close") as Promise<[number | null]>,
    text(child.stdout),
    text(child.stderr),
  ]);
  return { code, output: stdout + stderr };
}

/** As {@link command}, and rejects with the output when it fails. */
export async function succeed(
  program: string,
  args: readonly string[],
  cwd: string = ROOT,
  env: NodeJS.ProcessEnv = plainEnv(),
): Promise<string> {
  const { code, output } = await command(program, args, cwd, env);
  if (code !== 0) throw new Error(`Cannot ${program} ${args.join(" ")}: ${code}\n${output}`);
  return output;
}

/** A command of the workspace's root. */
export function workspaceCommand(name: string): string {
  return `${ROOT}node_modules/.bin/${name}`;
}

/** This process's, but for colors. */
function plainEnv(): NodeJS.ProcessEnv {
  const { FORCE_COLOR: _, ...inherited } = process.env; // vitest sets it
  return { ...inherited, NO_COLOR: "1" };
}
