// The browser tests drive Debian's Chromium through playwright-core.
import { ensureDebianPackage } from "./debian-package.mjs";

/** Installs Chromium where it is missing. */
export function ensureChromium() {
  ensureDebianPackage("chromium", "/usr/bin/chromium");
}
