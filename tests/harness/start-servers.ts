import type { TestProject } from "vitest/node";
import { startFixtureServer } from "./fixture-server.ts";
import type {} from "./provided.ts";
import { findRuntime, missingReason } from "./runtimes.ts";

/** Global setup of a runtime's project: starts both servers once, and gives the tests their ports. */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const runtime = findRuntime(project.name.slice(project.name.indexOf(":") + 1));
  const missing = missingReason(runtime) ?? "";
  if (missing !== "" && process.env["CI"])
    throw new Error(`Cannot run ${project.name}: ${missing}`);
  project.provide("runtime", runtime.name);
  project.provide("missing", missing);
  if (missing !== "") return undefined;
  const [standard, probe] = await Promise.all([
    startFixtureServer(runtime, "standard"),
    startFixtureServer(runtime, "probe"),
  ]);
  project.provide("standardPort", standard.port);
  project.provide("probePort", probe.port);
  return async () => {
    const results = await Promise.allSettled([standard.stop(), probe.stop()]);
    const failures = results.flatMap((result) =>
      result.status === "rejected" ? [result.reason] : [],
    );
    if (failures.length === 0) return;
    process.exitCode = 1; // vitest prints an error of a teardown and still succeeds
    throw new AggregateError(failures, failures.join("\n"));
  };
}
