import * as fc from "fast-check";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { connectBytes, type ByteConnection } from "../harness/byte-connection.ts";
import { eventually, EVENT_DEADLINE_MS, within } from "../harness/deadline.ts";
import { startFixtureServer, type FixtureServer } from "../harness/fixture-server.ts";
import {
  readMemory,
  readProcessState,
  settlesTo,
  type ProcessState,
} from "../harness/process-state.ts";
import type {} from "../harness/provided.ts";
import { findRuntime } from "../harness/runtimes.ts";
import { costlyConversation } from "./bodies.ts";
import { callbackConversation } from "./callbacks.ts";
import { webSocketConversation } from "./frames.ts";
import { httpConversation, pipelinedConversation, type Conversation } from "./requests.ts";
import { behaveWell } from "./well-behaved.ts";

// Random, but the same for the same seed: `FUZZ_SEED=<seed> npx vitest run --project fuzz:node` runs a batch again.
const GIVEN_SEED = process.env["FUZZ_SEED"];
const FIRST_SEED = Number(GIVEN_SEED ?? Date.now() % 1_000_000_000);
const BUDGET_MS = GIVEN_SEED === undefined ? 5000 : 0; // one batch at least
const BATCH = 60;
/** What the process may grow by, at its peak, by the conversations of one kind. */
const MAX_GROWTH = 150 * 1_048_576;

let server: FixtureServer;
let before: ProcessState;
let bytesBefore: number;

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
  { what: "bodies and pipelines", conversation: costlyConversation },
  { what: "causes of callbacks", conversation: callbackConversation },
])("mutated $what leave the server alive, useful, empty and small", async ({ conversation }) => {
  const start = performance.now();
  bytesBefore = readMemory(server.pid).peakBytes;
  let seed = FIRST_SEED;
  do {
    await attack(conversation, seed).catch((cause: unknown) => {
      throw new Error(`FUZZ_SEED=${seed} runs this again`, { cause });
    });
    seed++;
  } while (performance.now() - start < BUDGET_MS);
  const mebibytes = Math.round(growth() / 1_048_576);
  console.log(
    `${inject("runtime")}: seeds ${FIRST_SEED} to ${seed - 1}, grown by ${mebibytes} MiB`,
  );
});

/** What the process has grown by at its peak, in bytes. */
function growth(): number {
  return readMemory(server.pid).peakBytes - bytesBefore;
}

/** Runs one batch at once, then asks whether the server is as it was. */
async function attack(arbitrary: fc.Arbitrary<Conversation>, seed: number): Promise<void> {
  const conversations = fc.sample(arbitrary, { seed, numRuns: BATCH });
  await Promise.all(conversations.map(carryOut));
  expect(growth(), "bytes that the process has grown by").toBeLessThan(MAX_GROWTH);
  // What the batch has left to do may take longer than an answer may.
  const answer = (): Promise<unknown> => readProcessState(server).catch(() => undefined);
  await eventually(answer, 2 * EVENT_DEADLINE_MS, "an answer after the batch");
  await settlesTo(server, before); // a session that behaves well must not wait for what is left of the others
  await behaveWell(server.port, "/fuzz");
  await settlesTo(server, before);
  expect(growth(), "bytes that the process has grown by").toBeLessThan(MAX_GROWTH);
}

async function carryOut({ segments, end }: Conversation): Promise<void> {
  const connection = await connectBytes(server.port);
  await writeAll(connection, segments);
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

/** Writes what is taken: a server need not read on for ever. */
async function writeAll(
  connection: ByteConnection,
  segments: Conversation["segments"],
): Promise<void> {
  for (const segment of segments) {
    const isTaken = await within(connection.write(segment), STAY_MS, "a segment taken").then(
      () => true,
      () => false,
    );
    if (!isTaken || connection.ended) return;
  }
}

/** Reads what comes, for a while, and closes. */
async function leaveInTheEnd(connection: ByteConnection): Promise<void> {
  await connection.readRemainder(STAY_MS).catch(() => {}); // the server need not end it
  connection.close();
}

const STAY_MS = 250;
