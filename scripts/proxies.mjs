// The deploy tests drive Debian's nginx, HAProxy and Caddy.
import { existsSync } from "node:fs";
import { run } from "./setup.mjs";

// As in tests/deploy/proxies.ts, which Node 20 cannot import.
const PROGRAMS = {
  nginx: "/usr/sbin/nginx",
  haproxy: "/usr/sbin/haproxy",
  caddy: "/usr/bin/caddy",
};

/**
 * Installs the proxies where that is possible without asking anyone: as root on a Debian system, in CI or where no systemd
 * runs that would start them. What is missing after that is skipped by the tests, and fails them in CI.
 */
export function ensureProxies() {
  const missing = Object.keys(PROGRAMS).filter((name) => !existsSync(PROGRAMS[name]));
  if (missing.length === 0) return;
  const mayAsk = !process.env.CI && existsSync("/run/systemd/system");
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get") || mayAsk) {
    console.log(`Not installed: ${missing.join(", ")} (on Debian: apt-get install them)`);
    return;
  }
  console.log(`Installing ${missing.join(", ")}`);
  const env = { DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" }; // starts none of them
  const options = ["-o", "DPkg::Lock::Timeout=300"]; // seconds to wait for another apt
  const install = ["install", "-y", "--no-install-recommends", ...missing];
  if (
    !run("apt-get", [...options, "update"], env) ||
    !run("apt-get", [...options, ...install], env)
  )
    console.log("Cannot install the proxies: see the messages above");
}
