// The browser tests drive Debian's Chromium (or the one CHROMIUM_PATH names) through playwright-core.
import { existsSync } from "node:fs";
import { fail, run } from "./setup.mjs";

/** Installs Chromium where that is possible without asking anyone: as root on a Debian system. */
export function ensureChromium() {
  const path = process.env.CHROMIUM_PATH ?? "/usr/bin/chromium";
  if (existsSync(path)) return;
  const canInstall = process.getuid?.() === 0 && existsSync("/usr/bin/apt-get");
  if (!canInstall || process.env.CHROMIUM_PATH !== undefined) {
    fail(
      `Cannot find Chromium at ${path}: install it (apt-get install chromium) or set CHROMIUM_PATH`,
    );
  }
  console.log("Installing Chromium");
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  const wait = ["-o", "DPkg::Lock::Timeout=300"];
  const installed =
    run("apt-get", [...wait, "update"], env) &&
    run("apt-get", [...wait, "install", "-y", "--no-install-recommends", "chromium"], env);
  if (!installed || !existsSync(path)) fail("Cannot install Chromium: see the messages above");
}
