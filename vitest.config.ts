import { defineConfig, type TestProjectInlineConfiguration } from "vitest/config";
import { RUNTIMES } from "./tests/harness/runtimes.ts";

/**
 * Tests with real clocks, sockets and browsers meet deadlines of the protocol, such as an answer within 1 s, that a busy CI
 * machine can miss. A defect fails every time; at a desk nothing is repeated, so that a doubtful test shows.
 */
const RETRIES = process.env["CI"] ? 2 : 0;

/** The black-box suite against a server process on one runtime: `npx vitest run --project conformance:node`. */
function conformance({ name }: { readonly name: string }): TestProjectInlineConfiguration {
  return {
    test: {
      name: `conformance:${name}`,
      include: ["tests/conformance/**/*.test.ts"],
      globalSetup: ["tests/harness/start-servers.ts"],
      setupFiles: ["tests/harness/apply-gaps.ts"],
      isolate: false,
      maxConcurrency: 16,
      testTimeout: 20_000,
      retry: RETRIES,
    },
  };
}

/** The unmodified sockjs-client in Node against a server process on one runtime: `npx vitest run --project interop:node`. */
function interop({ name }: { readonly name: string }): TestProjectInlineConfiguration {
  return {
    test: {
      name: `interop:${name}`,
      include: ["tests/interop/node/**/*.test.ts"],
      globalSetup: ["tests/interop/provide-runtime.ts"],
      setupFiles: ["tests/harness/apply-gaps.ts"],
      testTimeout: 60_000,
      hookTimeout: 60_000,
      retry: RETRIES,
    },
  };
}

/** The same in Chromium, and for Bun a bit in Firefox: `npx vitest run --project browser:node`. */
function browser({ name }: { readonly name: string }): TestProjectInlineConfiguration {
  return {
    test: {
      ...interop({ name }).test,
      name: `browser:${name}`,
      include: ["tests/interop/browser/**/*.test.ts"],
      exclude: [
        ...(name === "node" ? [] : ON_THIS_NODE),
        ...(name === "bun" ? [] : [BUN_IN_FIREFOX]),
      ],
    },
  };
}

/** Hostile input, random but bounded in time, against server processes of its own: `npx vitest run --project fuzz:node`. */
function fuzz({ name }: { readonly name: string }): TestProjectInlineConfiguration {
  return {
    test: {
      ...interop({ name }).test,
      name: `fuzz:${name}`,
      include: ["tests/fuzz/**/*.test.ts"],
      exclude: name === "node" ? [] : ["**/http2.test.ts"], // in the tests' own process
      disableConsoleIntercept: true, // the seeds
    },
  };
}

/** Limits, faults and ends of whole processes: `npx vitest run --project limits:node`. */
function limits({ name }: { readonly name: string }): TestProjectInlineConfiguration {
  return {
    test: {
      ...interop({ name }).test,
      name: `limits:${name}`,
      include: ["tests/limits/**/*.test.ts"],
      maxConcurrency: 16,
    },
  };
}

/** Slow and rude clients, stalls and deploys, at random: `npx vitest run --project chaos:node`, and longer `npm run chaos`. */
function chaos({ name }: { readonly name: string }): TestProjectInlineConfiguration {
  return {
    test: {
      ...interop({ name }).test,
      name: `chaos:${name}`,
      include: ["tests/chaos/**/*.test.ts"],
      disableConsoleIntercept: true, // the seed, and the samples as they come
      retry: 0, // a defect may show once in ten runs
    },
  };
}

/**
 * One row for each way out of the core, and below another `fetch` two: from Node 24 on a response that waits behind another
 * is told when its connection ends, before that it is not. Versions of Node differ in nothing else these tests can see.
 */
const FAULT_RUNTIMES = RUNTIMES.filter(({ name }) =>
  ["node", "node-fetch", "node-26-fetch", "bun", "deno"].includes(name),
);

/** They start their own servers, which run on this Node whatever the project. */
const ON_THIS_NODE = [
  "**/demo*.test.ts",
  "**/example-pages.test.ts",
  "**/http2.test.ts",
  "**/multiplex-client.test.ts",
];

/** What only Bun shows, and only Firefox sees. */
const BUN_IN_FIREFOX = "**/close-in-firefox.test.ts";

export default defineConfig({
  test: {
    projects: [
      // Not isolated: a module graph for each file took two thirds of the time. The core's files have false clocks and the
      // adapters' have sockets, which may set timers late: so these are two projects, which share no process.
      {
        test: {
          name: "unit",
          include: ["packages/core/test/**/*.test.ts", "tests/types/layering.test.ts"],
          setupFiles: ["packages/core/test/support/clear-timers.ts"],
          isolate: false,
          testTimeout: 20_000, // some open 10,000 connections, which a busy machine does in more than the usual 5 s
        },
      },
      {
        test: {
          name: "unit-adapters",
          include: ["packages/adapter-*/test/**/*.test.ts"],
          isolate: false,
          testTimeout: 20_000,
        },
      },
      ...RUNTIMES.map(conformance),
      ...RUNTIMES.map(interop),
      ...RUNTIMES.map(browser),
      ...FAULT_RUNTIMES.map(fuzz),
      ...FAULT_RUNTIMES.map(limits),
      ...FAULT_RUNTIMES.map(chaos),
      "tests/*/vitest.config.ts",
    ],
  },
});
