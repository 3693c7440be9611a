import * as fc from "fast-check";
import { afterAll, beforeAll, inject, test } from "vitest";
import { connectBytes } from "../harness/byte-connection.ts";
import { startFixtureServer, type FixtureServer } from "../harness/fixture-server.ts";
import { readProcessState, settlesTo, type ProcessState } from "../harness/process-state.ts";
import type {} from "../harness/provided.ts";
import { findRuntime } from "../harness/runtimes.ts";
import { webSocketConversation } from "./frames.ts";
import { httpConversation, pipelinedConversation, type Conversation } from "./requests.ts";
import { behaveWell } from "./well-behaved.ts";

// Random, but the same for the same seed: `FUZZ_SEED=<seed> npx vitest run --project fuzz:node` runs a batch again.
const GIVEN_SEED = process.env["FUZZ_SEED"];
const FIRST_SEED = Number(GIVEN_SEED ?? Date.now() % 1_000_000_000);
const BUDGET_MS = GIVEN_SEED === undefined ? 7000 : 0; // one batch at least
const BATCH = 60;

let server: FixtureServer;
let before: ProcessState;

beforeAll(async () => {
  const missing = inject("missing");
  if (missing !== "") return;
  server = await startFixtureServer(findRuntime(inject("runtime")), "faults");
  await behaveWell(server.port, "/fuzz"); // what a runtime makes once and keeps
  before = await readProcessState(server);
  await settlesTo(server, { ...before, sessions: 0 });
  before = await readProcessState(server);
  // Deno 2.9 keeps the socket of a client that reset its connection right after a WebSocket handshake, for good.
  if (inject("runtime") === "deno") before = { ...before, sockets: Infinity };
});

// Rejects if the process has died or has written anything to standard error.
afterAll(() => server?.stop());

test.each([
  { what: "requests", conversation: httpConversation },
  { what: "pipelined receivers", conversation: pipelinedConversation },
  { what: "WebSocket frames", conversation: webSocketConversation },
])("mutated $what leave the server alive, useful and empty", async ({ conversation }) => {
  const start = performance.now();
  let seed = FIRST_SEED;
  do {
    await attack(conversation, seed).catch((cause: unknown) => {
      throw new Error(`FUZZ_SEED=${seed} runs this again`, { cause });
    });
    seed++;
  } while (performance.now() - start < BUDGET_MS);
  console.log(`${inject("runtime")}: seeds ${FIRST_SEED} to ${seed - 1}`);
});

/** Runs one batch at once, then asks whether the server is as it was. */
async function attack(arbitrary: fc.Arbitrary<Conversation>, seed: number): Promise<void> {
  const conversations = fc.sample(arbitrary, { seed, numRuns: BATCH });
  await Promise.all(conversations.map(carryOut));
  await behaveWell(server.port, "/fuzz");
  await settlesTo(server, before);
}

async function carryOut({ segments, end }: Conversation): Promise<void> {
  const connection = await connectBytes(server.port);
  for (const segment of segments) await connection.write(segment);
  switch (end) {
    case "close":
      connection.close();
      break;
    case "reset":
      connection.reset();
      break;
    case "halfClose":
      await connection.halfClose();
      await leaveInTheEnd(connection);
      break;
    case "stay":
      await leaveInTheEnd(connection);
      break;
  }
}

/** Reads what comes, for a while, and closes. */
async function leaveInTheEnd(connection: Awaited<ReturnType<typeof connectBytes>>): Promise<void> {
  await connection.readRemainder(STAY_MS).catch(() => {}); // the server need not end it
  connection.close();
}

const STAY_MS = 250;
