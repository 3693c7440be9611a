import { setTimeout as delay } from "node:timers/promises";
import { expect, onTestFinished, test } from "vitest";
import { startFixtureServer, type FixtureServer } from "../harness/fixture-server.ts";
import { findRuntime, type Runtime } from "../harness/runtimes.ts";
import { CLIENTS, type Visit } from "./clients.ts";
import {
  compareSamples,
  readReport,
  SAMPLE_HEADER,
  sampledFlags,
  summarize,
  takeSample,
  type Sample,
} from "./samples.ts";

const WARM_UP_MS = 30_000;
const SAMPLE_MS = 15_000;
const SETTLING_MS = 15_000;
const WORKERS = 6; // of each kind of client
const RUNTIME = process.env["SOAK_RUNTIME"] ?? "node";
const MINUTES = process.env["SOAK_MINUTES"] ?? "10";

test("a server that aborting, slow, silent, hostile and normal clients have visited is back at the start when they are gone", async () => {
  const server = await startFixtureServer(toSoaked(findRuntime(RUNTIME)), "soak");
  onTestFinished(() => server.stop());
  const failures: string[] = [];
  const sample = (label: string): Promise<Sample> => takeSample(server, label);
  console.log(`${RUNTIME}, ${MINUTES} minutes\n${SAMPLE_HEADER}`);
  await sample("fresh");
  await load(server, WARM_UP_MS, failures);
  await settle(server);
  const before = await sample("warm, idle");
  const durationMs = Number(MINUTES) * 60_000;
  const loading = load(server, durationMs, failures);
  for (let passedMs = SAMPLE_MS; passedMs < durationMs; passedMs += SAMPLE_MS) {
    await delay(SAMPLE_MS);
    await sample(`${passedMs / 1000} s`);
  }
  await loading;
  await settle(server);
  const after = await sample("end, idle");
  expect([...compareSamples(before, after), ...summarize(failures)]).toEqual([]);
});

/** The same runtime, with what it takes to ask for a garbage collection and to read the memory. */
function toSoaked(runtime: Runtime): Runtime {
  const knownWarnings = [...runtime.knownWarnings, ...MANY_LISTENERS];
  return { ...runtime, flags: [...runtime.flags, ...sampledFlags(runtime)], knownWarnings };
}

/** Node's, with its stack: a hostile client has 30 requests on one connection, and each response listens for its end. */
const MANY_LISTENERS = [/MaxListenersExceededWarning: .* close listeners added/, /^ {4}at /];

/** Lets every kind of client visit, some at a time, again and again. */
async function load(
  { port }: FixtureServer,
  durationMs: number,
  failures: string[],
): Promise<void> {
  const endAt = performance.now() + durationMs;
  const work = async (name: string, visit: Visit): Promise<void> => {
    while (performance.now() < endAt) {
      await visit(port).catch((error: unknown) => failures.push(`${name}: ${String(error)}`));
    }
  };
  const workers = Object.entries(CLIENTS).flatMap(([name, visit]) =>
    Array.from({ length: WORKERS }, () => work(name, visit)),
  );
  await Promise.all(workers);
}

/** Waits until no session is left, then a little for the sockets to close and the memory to be given back. */
async function settle(server: FixtureServer): Promise<void> {
  const endAt = performance.now() + SETTLING_MS;
  while (performance.now() < endAt && (await readReport(server)).sessions > 0) await delay(500);
  await delay(SETTLING_MS / 3);
}
