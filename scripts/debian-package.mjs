// Browsers for the tests come from Debian.
import { existsSync } from "node:fs";
import { fail, run } from "./setup.mjs";

/** Installs a package that has this program, where that is possible without asking anyone: as root on a Debian system. */
export function ensureDebianPackage(name, program) {
  if (existsSync(program)) return;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    fail(`Cannot find ${program}: install it first (on Debian: apt-get install ${name})`);
  }
  console.log(`Installing ${name}`);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const options = ["-o", "DPkg::Lock::Timeout=300"]; // seconds to wait for another apt
  const installed =
    run("apt-get", [...options, "update"], env) &&
    run("apt-get", [...options, "install", "-y", "--no-install-recommends", name], env);
  if (!installed || !existsSync(program)) fail(`Cannot install ${name}: see the messages above`);
}
