import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { RUNTIMES } from "./tests/harness/runtimes.ts";

/** The black-box suite against a server process on one runtime: `npx vitest run --project conformance:node`. */
function conformance({ name }: { readonly name: string }): TestProjectInlineConfiguration {
  return {
    test: {
      name: `conformance:${name}`,
      include: ["tests/conformance/**/*.test.ts"],
      globalSetup: ["tests/harness/start-servers.ts"],
      setupFiles: ["tests/harness/apply-gaps.ts"],
      isolate: false,
      sequence: { concurrent: true },
      maxConcurrency: 16,
      testTimeout: 20_000,
    },
  };
}

export default defineConfig({
  test: {
    projects: [
      { test: { name: "unit", include: ["packages/*/test/**/*.test.ts"] } },
      ...RUNTIMES.map(conformance),
      "tests/*/vitest.config.ts",
    ],
  },
});
