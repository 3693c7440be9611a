import { defineProject } from "vitest/config";

/** What a newcomer starts and reads, on this Node: the examples, the README, the test server. */
export default defineProject({
  test: { name: "runtimes", include: ["*.test.ts"], testTimeout: 20_000, maxConcurrency: 16 },
});
