import { fileURLToPath } from "node:url";
import { defineProject } from "vitest/config";

/** The configurations in deploy/, in the proxies they are for, before two server processes. */
export default defineProject({
  test: {
    name: "deploy",
    include: ["*.test.ts"],
    globalSetup: [fileURLToPath(new URL("start-proxies.ts", import.meta.url))],
    testTimeout: 30_000,
    hookTimeout: 20_000,
    retry: process.env["CI"] ? 2 : 0,
  },
});
