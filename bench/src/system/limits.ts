import { readFileSync } from "node:fs";

const RESERVE = 500; // files, pipes, and connections that are opened anew

/** How many connections this process may have open at the same time. */
export function readConnectionLimit(): number {
  const limits = readFileSync("/proc/self/limits", "utf8");
  const limit = /^Max open files\s+(\d+)/m.exec(limits)?.[1];
  return limit === undefined ? Number.POSITIVE_INFINITY : Number(limit) - RESERVE;
}
