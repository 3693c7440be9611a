import { expect, inject, test } from "vitest";
import { findRuntime } from "../harness/runtimes.ts";
import { request } from "../harness/request.ts";

test("the server runs on the runtime its project names", async () => {
  const answer = await request(inject("probePort"), "/runtime");
  const { name, version }: { name?: string; version?: string } = JSON.parse(answer.body);
  expect(`${name} ${version}`).toMatch(findRuntime(inject("runtime")).version);
});
