// Steps the other scripts share. Plain JavaScript without dependencies: it runs before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";

export const ROOT = fileURLToPath(new URL("..", import.meta.url));

const STAMP = join(ROOT, "node_modules", ".sockjs-fetch-installed");

// pnpm's filters by what is wanted: the demo needs the compiler, not the runtimes' binaries below tests/.
const INSTALL_FILTERS = {
  demo: ["--filter", "sockjs-fetch-workspace", "--filter", "@sockjs-fetch/examples..."],
  all: [],
};

/** Runs a command in the workspace's root, with its dependencies' commands on the path. Tells whether it succeeded. */
export function run(command, args, env = {}) {
  const stdio = ["ignore", "inherit", "inherit"];
  const { status, error } = spawnSync(command, args, commandOptions({ stdio, env }));
  if (error) console.error(`Cannot run ${command}: ${error.message}`);
  return status === 0;
}

/** Starts a command as `run` does, without waiting for its end. */
export function start(command, args, options = {}) {
  const { stdio = ["ignore", "inherit", "inherit"], env = {}, detached = false } = options;
  const child = spawn(command, args, { ...commandOptions({ stdio, env }), detached });
  child.on("error", (error) => console.error(`Cannot run ${command}: ${error.message}`));
  return child;
}

/** How long the compiler may take to end by itself; watching, it takes a signal up to ten seconds later. */
const BUILD_GRACE_MS = 1000;

/**
 * Starts the compiler, watching, in a process group of its own: on Node 20 `tsc` waits for the real compiler and passes no
 * signal on, so the signal goes to the group, which a terminal's Ctrl-C does not reach. `told` gets each line it prints.
 * Returns the function that ends it and resolves when nothing of it is left.
 */
export function watchBuild(told) {
  const detached = process.platform !== "win32";
  const args = ["-b", "--watch", "--preserveWatchOutput"];
  if (process.stdout.isTTY) args.push("--pretty"); // also where it writes to us
  const stdio = ["ignore", told ? "pipe" : "inherit", "inherit"];
  const compiler = start("tsc", args, { detached, stdio });
  if (told) {
    createInterface({ input: compiler.stdout }).on("line", (line) => {
      console.log(line);
      told(line);
    });
  }
  const kill = (signal) => {
    if (compiler.pid === undefined) return false;
    if (!detached) return compiler.kill(signal);
    try {
      return process.kill(-compiler.pid, signal);
    } catch {
      return false; // the group has ended
    }
  };
  process.on("exit", () => kill("SIGKILL"));
  return async () => {
    kill("SIGTERM");
    const endMs = performance.now() + BUILD_GRACE_MS;
    while (kill(0) && performance.now() < endMs) await setTimeout(50);
    kill("SIGKILL");
  };
}

function commandOptions({ stdio, env }) {
  const path = `${join(ROOT, "node_modules", ".bin")}${delimiter}${process.env.PATH}`;
  return {
    cwd: ROOT,
    env: { ...process.env, PATH: path, ...env },
    stdio,
    shell: process.platform === "win32", // npx and the commands in .bin are .cmd files there
  };
}

/** Ends the process with a message, for a failure that leaves nothing more to do. */
export function fail(message) {
  console.error(message);
  process.exit(1);
}

/** Installs the packages of one scope, "demo" or "all", unless that was done for the same lock file. */
export function install(scope) {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    fail(`Cannot run on Node ${process.versions.node}: Node 20.19 or newer is needed`);
  }
  const lockHash = createHash("sha256")
    .update(readFileSync(join(ROOT, "pnpm-lock.yaml")))
    .digest("hex");
  if (isInstalled(scope, lockHash)) return;
  const { packageManager } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
  console.log(`Installing packages with ${packageManager}`);
  const args = ["--yes", packageManager, "install", "--frozen-lockfile", ...INSTALL_FILTERS[scope]];
  if (!run("npx", args, { CI: "true" })) fail("Cannot install packages: see the messages above");
  writeFileSync(STAMP, `${scope} ${lockHash}\n`);
}

function isInstalled(scope, lockHash) {
  if (!existsSync(STAMP)) return false;
  const [installedScope, installedHash] = readFileSync(STAMP, "utf8").trim().split(" ");
  return installedHash === lockHash && (installedScope === "all" || installedScope === scope);
}

/**
 * Calls `stop` when npm has been told to end and has left this process behind: npm ends the shell between the two, not us
 * (https://github.com/npm/cli/issues/6684). Does nothing when npm did not start this process.
 */
export function whenOrphaned(stop) {
  if (process.env.npm_lifecycle_event === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    stop();
  }, 500);
  timer.unref();
}
