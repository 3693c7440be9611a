import { afterAll, beforeAll, inject } from "vitest";
import { startFixtureServer, type FixtureServer } from "../harness/fixture-server.ts";
import type {} from "../harness/provided.ts";
import { findRuntime } from "../harness/runtimes.ts";

/** Starts the server with the fault services for the tests of a file; gives its way in once it listens. */
export function useFaultServer(): () => FixtureServer {
  let server: FixtureServer | undefined;
  beforeAll(async () => {
    if (inject("missing") === "")
      server = await startFixtureServer(findRuntime(inject("runtime")), "faults");
  });
  afterAll(() => server?.stop());
  return () => {
    if (server === undefined) throw new Error("The server has not been started");
    return server;
  };
}
