import * as fc from "fast-check";
import { transferMs } from "../../src/session/progress.ts";
import { afterEach, beforeEach, test, vi } from "vitest";
import { settle } from "../support/promises.ts";
import { ABORT_GRACE_MS, MODEL_OPTIONS, SessionWorld } from "../support/session-world.ts";
import type { Segment } from "../support/wire-form.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

const SEGMENTS: readonly Segment[] = [
  "xhr",
  "xhr_streaming",
  "eventsource",
  "htmlfile",
  "jsonp",
  "websocket",
  "raw",
];

const reading = fc.record({
  blocked: fc.boolean(),
  paced: fc.boolean(),
  answersPings: fc.boolean(),
});
const commands = fc.array(fc.constantFrom("", "echo", "close", "throw"), { maxLength: 3 });

/** What may happen next; `of` chooses among the receivers or connections there are. */
const action = fc.oneof(
  { weight: 6, arbitrary: attachAction(fc.constantFrom(...SEGMENTS)) },
  { weight: 3, arbitrary: attachAction(fc.constant<Segment>("xhr_streaming")) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constantFrom("leave" as const, "block" as const, "unblock" as const),
      of: fc.nat(),
      cleanly: fc.boolean(),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("post" as const),
      segment: fc.constantFrom("xhr_send" as const, "jsonp_send" as const),
      commands,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("message" as const), of: fc.nat(), commands }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant("send" as const),
      of: fc.nat(),
      length: fc.constantFrom(1, 1, 20, 20, 500, 500, 40_000, 1_100_000),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("broadcast" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("close" as const), of: fc.nat() }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("turn" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      ms: fc.constantFrom(1, 99, 150, 1000, 4999, 5100, 24_999, 26_000, 40_000),
    }),
  },
);

type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

test("a session keeps its promises whatever happens in whatever order", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(action, { maxLength: 60, size: "max" }), fc.boolean(), runToTheEnd),
    { numRuns: 500, seed: 20261122 },
  );
}, 60_000);

/** Runs the actions, then lets everybody go and every delay pass. */
async function runToTheEnd(actions: readonly Action[], closesServer: boolean): Promise<void> {
  vi.clearAllTimers(); // of a run that failed
  const world = new SessionWorld();
  for (const each of actions) {
    await perform(world, each);
    world.check();
  }
  await settle();
  const closed = closesServer ? world.server.close() : undefined;
  await settle();
  for (const sink of world.sinks) world.leave(sink, false);
  const longestMs = 2 * MODEL_OPTIONS.heartbeatDelay + transferMs(Infinity);
  for (let ms = 0; ms < longestMs; ms += ABORT_GRACE_MS) {
    await vi.advanceTimersByTimeAsync(ABORT_GRACE_MS);
    if (world.server.stats().sessions === 0) break;
  }
  await vi.advanceTimersByTimeAsync(ABORT_GRACE_MS); // for a receiver that was to be refused
  await closed;
  world.check();
  world.checkEnd(vi.getTimerCount());
}

async function perform(world: SessionWorld, next: Action): Promise<void> {
  switch (next.do) {
    case "attach":
      world.attach(next.segment, next.reading, next.gone);
      break;
    case "leave":
    case "block":
    case "unblock": {
      const sink = pick(
        world.sinks.filter((each) => !each.over),
        next.of,
      );
      if (sink === undefined) break;
      if (next.do === "leave") world.leave(sink, next.cleanly);
      else if (next.do === "block") sink.blocked = true;
      else sink.unblock();
      break;
    }
    case "post":
      world.post(next.segment, next.commands);
      break;
    case "message": {
      const sink = pick(
        world.sinks.filter((each) => !each.over),
        next.of,
      );
      if (sink !== undefined) world.message(sink, next.commands);
      break;
    }
    case "send": {
      const record = pick(world.records, next.of);
      if (record !== undefined) world.send(record, next.length);
      break;
    }
    case "broadcast":
      world.broadcast();
      break;
    case "close":
      pick(world.records, next.of)?.connection.close();
      break;
    case "turn":
      await settle();
      break;
    case "wait":
      await vi.advanceTimersByTimeAsync(next.ms);
      break;
  }
}

function attachAction(segment: fc.Arbitrary<Segment>): fc.Arbitrary<{
  do: "attach";
  segment: Segment;
  reading: { blocked: boolean; paced: boolean; answersPings: boolean };
  gone: boolean;
}> {
  return fc.record({
    do: fc.constant("attach" as const),
    segment,
    reading,
    gone: fc.integer({ min: 0, max: 9 }).map((number) => number === 0),
  });
}

function pick<T>(items: readonly T[], of: number): T | undefined {
  return items[of % items.length];
}
