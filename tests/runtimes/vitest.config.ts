import { defineProject } from "vitest/config";

/**
 * Processes that a newcomer would start: the examples, the README, the test server, on this Node; every way to serve and to
 * mount a SockJS server, on each runtime.
 */
export default defineProject({
  test: {
    name: "runtimes",
    include: ["*.test.ts"],
    testTimeout: 20_000,
    maxConcurrency: 16,
    retry: process.env["CI"] ? 2 : 0,
  },
});
