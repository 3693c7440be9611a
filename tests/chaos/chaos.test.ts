import { setTimeout as delay } from "node:timers/promises";
import { expect, inject, onTestFinished, test } from "vitest";
import {
  compareSamples,
  readReport,
  SAMPLE_HEADER,
  summarize,
  takeSample,
  type Sample,
} from "../soak/samples.ts";
import { countSockets } from "../harness/process-state.ts";
import { Deployment } from "./deployment.ts";
import { LINKS } from "./links.ts";
import { visitPolitely } from "./polite-clients.ts";
import { Random } from "./random.ts";
import { RUDE_CLIENTS } from "./rude-clients.ts";
import { SLOW_CLIENTS, type RoughVisit } from "./slow-clients.ts";

// Random, but the same for the same seed: `npm run chaos -- --runtime node --seed <seed>` makes the same choices again.
const SEED = Number(process.env["CHAOS_SEED"] ?? Date.now() % 1_000_000_000);
const MINUTES = process.env["CHAOS_MINUTES"];
const LOAD_MS = MINUTES === undefined ? 6000 : Number(MINUTES) * 60_000;
const WARM_UP_MS = MINUTES === undefined ? 1500 : Math.min(30_000, LOAD_MS / 4);
const QUIET_MS = 10_000;
const POLITE = 2; // of each transport
const ROUGH = 1; // of each kind
/** Between a start and the next deploy, in milliseconds; each process lives for some stalls. */
const LIFE = MINUTES === undefined ? [1500, 2500] : [5000, 20_000];

test.skipIf(inject("missing") !== "")(
  "no session and no acknowledged message is lost while clients are slow or rude, and processes stand still and are replaced",
  async () => {
    console.log(`${inject("runtime")}, seed ${SEED}\n${SAMPLE_HEADER}`);
    const deployment = await Deployment.start(inject("runtime"), random("port"));
    onTestFinished(() => deployment.kill());
    const idleSockets = countSockets(deployment.pid);
    await load(deployment, WARM_UP_MS, "warming");
    const before = await takeQuietSample(deployment, "warm, idle", idleSockets);
    await Promise.all([load(deployment, LOAD_MS, "visiting"), disturb(deployment)]);
    const after = await takeQuietSample(deployment, "end, idle", idleSockets);
    await deployment.end();
    expect([...compareSamples(before, after), ...summarize(deployment.failures)]).toEqual([]);
  },
  WARM_UP_MS + LOAD_MS + 120_000,
);

function random(name: string): Random {
  return new Random(SEED, name);
}

/** Lets every kind of client visit, some at a time, again and again. */
async function load(deployment: Deployment, durationMs: number, phase: string): Promise<void> {
  const endAt = performance.now() + durationMs;
  const work = async (name: string, visit: () => Promise<void>): Promise<void> => {
    while (performance.now() < endAt) {
      await visit().catch((error: unknown) =>
        deployment.failures.push(`${name}: ${String(error)}`),
      );
    }
  };
  const workers: Promise<void>[] = [];
  for (let index = 0; index < POLITE; index++) {
    for (const transport of Object.keys(LINKS)) {
      const choices = random(`${phase} ${transport} ${index}`);
      workers.push(work(transport, () => visitPolitely(deployment, transport, choices)));
    }
  }
  for (let index = 0; index < ROUGH; index++) {
    for (const [name, visit] of Object.entries({ ...SLOW_CLIENTS, ...RUDE_CLIENTS })) {
      const choices = random(`${phase} ${name} ${index}`);
      workers.push(work(name, () => visitRoughly(deployment, visit, choices)));
    }
  }
  await Promise.all(workers);
}

/** A deploy may cut who takes long. */
async function visitRoughly(
  deployment: Deployment,
  visit: RoughVisit,
  choices: Random,
): Promise<void> {
  const generation = await deployment.up();
  await visit(deployment.port, choices).catch((error: unknown) => {
    if (!generation.isEnding) throw error;
  });
}

/** Stops the process every so often, and replaces it every so often. */
async function disturb(deployment: Deployment): Promise<void> {
  const choices = random("disturbances");
  const endAt = performance.now() + LOAD_MS;
  const [from = 0, to = 0] = LIFE;
  for (;;) {
    const deployAt = performance.now() + choices.between(from, to);
    if (deployAt > endAt - from) return; // the last process is visited, too
    for (;;) {
      await delay(choices.between(500, (from + to) / 2));
      if (performance.now() > deployAt) break;
      await deployment.stall(choices.between(300, 3000));
    }
    await deployment.deploy();
  }
}

/** Waits until nobody is left, and tells what the process holds then. */
async function takeQuietSample(
  deployment: Deployment,
  label: string,
  idleSockets: number,
): Promise<Sample> {
  const endAt = performance.now() + QUIET_MS;
  const isQuiet = async (): Promise<boolean> =>
    (await readReport(deployment)).sessions === 0 && countSockets(deployment.pid) <= idleSockets;
  while (performance.now() < endAt && !(await isQuiet())) await delay(200);
  return takeSample(deployment, label);
}
