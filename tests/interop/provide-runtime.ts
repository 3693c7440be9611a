import type { TestProject } from "vitest/node";
import type {} from "../harness/provided.ts";
import { findRuntime, missingReason } from "../harness/runtimes.ts";

/** Global setup of a runtime's project: tells the tests which runtime to start their servers on. */
export function setup(project: TestProject): void {
  const runtime = findRuntime(project.name.slice(project.name.indexOf(":") + 1));
  const missing = missingReason(runtime) ?? "";
  if (missing !== "" && process.env["CI"])
    throw new Error(`Cannot run ${project.name}: ${missing}`);
  project.provide("runtime", runtime.name);
  project.provide("missing", missing);
}
