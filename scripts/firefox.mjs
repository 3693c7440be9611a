// One browser test drives Debian's Firefox by WebDriver BiDi.
import { ensureDebianPackage } from "./debian-package.mjs";

/** Installs Firefox where it is missing. */
export function ensureFirefox() {
  ensureDebianPackage("firefox-esr", "/usr/bin/firefox-esr");
}
