// The browser tests drive Debian's Chromium through playwright-core.
import { existsSync } from "node:fs";
import { fail, run } from "./setup.mjs";

const CHROMIUM = "/usr/bin/chromium";

/** Installs Chromium where that is possible without asking anyone: as root on a Debian system. */
export function ensureChromium() {
  if (existsSync(CHROMIUM)) return;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    fail(`Cannot find ${CHROMIUM}: install it first (on Debian: apt-get install chromium)`);
  }
  console.log("Installing Chromium");
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const options = ["-o", "DPkg::Lock::Timeout=300"]; // seconds to wait for another apt
  const installed =
    run("apt-get", [...options, "update"], env) &&
    run("apt-get", [...options, "install", "-y", "--no-install-recommends", "chromium"], env);
  if (!installed || !existsSync(CHROMIUM)) fail("Cannot install Chromium: see the messages above");
}
