import { fileURLToPath } from "node:url";
import { defineProject } from "vitest/config";

/** What npm and JSR would get: the packed tarballs, judged by the usual tools and installed into an empty project. */
export default defineProject({
  test: {
    name: "packages",
    include: ["*.test.ts"],
    globalSetup: [fileURLToPath(new URL("pack.ts", import.meta.url))],
    testTimeout: 60_000, // compilers and package managers, several at once
    hookTimeout: 60_000,
  },
});
