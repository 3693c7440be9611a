import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { SharedText } from "../../src/wire/outbound-message.ts";
import type { ResponseSource, Sink } from "../../src/seam/sink.ts";
import { streamBody } from "../../src/fetch/stream-sink.ts";
import { TurnQueue } from "../../src/time/turn-queue.ts";
import { isSettled, settle } from "../support/promises.ts";

interface Fixture {
  readonly body: ReadableStream<Uint8Array>;
  readonly sink: Sink;
  readonly turns: TurnQueue;
  /** What the source was told. */
  readonly told: string[];
}

function createBody(onStart: (sink: Sink) => void = () => {}): Fixture {
  const told: string[] = [];
  const sinks: Sink[] = [];
  const source = {
    endsAfterFirstWrite: false,
    left: () => told.push("left"),
    parted() {},
    start(sink: Sink): void {
      sinks.push(sink);
      onStart(sink);
    },
    drained: () => told.push("drained"),
    interrupted: () => told.push("interrupted"),
  };
  const turns = new TurnQueue();
  const body = streamBody(source, turns);
  const [sink] = sinks;
  if (sink === undefined) throw new Error("The source was not started");
  return { body, sink, turns, told };
}

/** The chunks of a body that has ended, as text. */
async function readChunks(body: ReadableStream<Uint8Array>): Promise<readonly string[]> {
  const chunks: string[] = [];
  for await (const chunk of body) chunks.push(new TextDecoder().decode(chunk));
  return chunks;
}

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("each write is a chunk of its own, in UTF-8", async () => {
  const { body, sink } = createBody();
  sink.write("o\n", false);
  sink.write("€", false);
  sink.end(1000, "");

  expect(await readChunks(body)).toEqual(["o\n", "€"]);
});

test("`writeShared()` writes the shared bytes", async () => {
  const shared = new SharedText("a\n");
  const { body, sink } = createBody();
  sink.writeShared(shared);
  const { value } = await body.getReader().read();

  expect(value === shared.bytes).toBe(true);
});

test("a source may write and end while it is started", async () => {
  const { body } = createBody((sink) => {
    sink.write("o\n", false);
    sink.end(1000, "");
  });

  expect(await readChunks(body)).toEqual(["o\n"]);
});

test("a sink is ready before its first write", () => {
  expect(createBody().sink.ready()).toBe(true);
});

test("a sink is not ready for the rest of the turn of a write; then it tells its source, once", async () => {
  const { sink, told } = createBody();
  sink.write("a", false);
  const sameTurn = [sink.ready(), sink.ready(), vi.getTimerCount()];
  await vi.advanceTimersByTimeAsync(2);

  expect([sameTurn, told, sink.ready(), vi.getTimerCount()]).toEqual([
    [false, false, 1],
    ["drained"],
    true,
    0,
  ]);
});

test("a sink is ready at once when a request has come since its last write", async () => {
  const { sink, turns } = createBody();
  sink.write("a", false);
  await settle();
  turns.begin();

  expect([sink.ready(), vi.getTimerCount()]).toEqual([true, 0]);
});

test("a request that came in the turn of the last write makes no sink ready", () => {
  const { sink, turns } = createBody();
  sink.write("a", false);
  turns.begin();

  expect(sink.ready()).toBe(false);
});

test("a lone write sets no timer", () => {
  const { sink } = createBody();
  sink.write("a", false);

  expect(vi.getTimerCount()).toBe(0);
});

test("a sink is ready at once in a later turn", async () => {
  const { sink } = createBody();
  sink.write("a", false);
  vi.advanceTimersByTime(1);
  await settle();

  expect([sink.ready(), vi.getTimerCount()]).toEqual([true, 0]);
});

test("a sink is not ready in the turn of a write, though a pause makes the clock say otherwise", () => {
  const { sink } = createBody();
  sink.write("a", false);
  vi.setSystemTime(Date.now() + 1000);
  vi.advanceTimersByTime(1000);

  expect(sink.ready()).toBe(false);
});

test("a sink is ready below 64 KiB, and waits for its reader above", async () => {
  const { body, sink, told } = createBody();
  sink.write("x".repeat(65_535), false);
  vi.advanceTimersByTime(1);
  await settle();
  const below = [sink.ready(), sink.bufferedAmount];
  sink.write("x", false);
  vi.advanceTimersByTime(1);
  await settle();
  const above = [sink.ready(), sink.bufferedAmount, vi.getTimerCount()];
  await body.getReader().read();
  await settle();

  expect([below, above, told, sink.ready(), sink.bufferedAmount]).toEqual([
    [true, 65_535],
    [false, 65_536, 0],
    ["drained"],
    true,
    1,
  ]);
});

test("a reader that is quicker than its source does not disturb it", async () => {
  const { body, sink, told } = createBody();
  const reading = body.getReader().read();
  const pending = !(await isSettled(reading));
  sink.write("a", false);

  expect([pending, (await reading).value, told]).toEqual([true, new TextEncoder().encode("a"), []]);
});

test("a cancelled body interrupts its source once, and its timer is gone", async () => {
  const { body, sink, told } = createBody();
  sink.write("a", false);
  sink.ready();
  await body.cancel();
  await body.cancel();

  expect([told, vi.getTimerCount()]).toEqual([["interrupted"], 0]);
});

test("a cancelled sink takes nothing, throws nothing and is never ready", async () => {
  const { body, sink } = createBody();
  await body.cancel();
  sink.write("a", false);
  sink.writeShared(new SharedText("b"));
  sink.end(1000, "");
  sink.terminate();

  expect([sink.ready(), sink.bufferedAmount, vi.getTimerCount()]).toEqual([false, 0, 0]);
});

test("a source that ends inside `interrupted` disturbs nobody", async () => {
  const sinks: Sink[] = [];
  const source: ResponseSource = {
    endsAfterFirstWrite: false,
    left() {},
    parted() {},
    start: (sink) => void sinks.push(sink),
    drained: () => {},
    interrupted: () => sinks[0]?.end(1000, ""),
  };
  const body = streamBody(source, new TurnQueue());

  expect(await body.cancel()).toBe(undefined);
});

test("a body that has ended interrupts nobody when it is cancelled", async () => {
  const { body, sink, told } = createBody();
  sink.write("a", false);
  sink.end(1000, "");
  await body.cancel();

  expect(told).toEqual([]);
});

test("`end()` takes the timer away", () => {
  const { sink, told } = createBody();
  sink.write("a", false);
  sink.ready();
  sink.end(1000, "");
  vi.advanceTimersByTime(10);

  expect([told, vi.getTimerCount()]).toEqual([[], 0]);
});

test("`terminate()` makes the body fail, and takes the timer away", async () => {
  const { body, sink, told } = createBody();
  sink.write("lost", false);
  sink.ready();
  sink.terminate();

  await expect(readChunks(body)).rejects.toBeUndefined();
  expect([told, vi.getTimerCount()]).toEqual([[], 0]);
});

test("a large frame goes out in parts, and shows how much of it is taken", async () => {
  const { body, sink } = createBody();
  await settle();
  sink.write("x".repeat(300_000), true);
  const amounts = [sink.bufferedAmount];
  const reader = body.getReader();
  for (let part = 0; part < 4; part++) {
    await reader.read();
    await settle();
    amounts.push(sink.bufferedAmount);
  }

  expect([amounts, sink.ready()]).toEqual([
    [300_000, 300_000 - 65_536, 300_000 - 2 * 65_536, 300_000 - 3 * 65_536, 37_856],
    false,
  ]);
});

test("a body that ends behind much leaves, and tells once that has been taken", async () => {
  const { body, sink, told } = createBody();
  await settle();
  sink.write("x".repeat(100_000), true);
  sink.end(1000, "");
  const before = [sink.isLeaving, ...told];
  const [chunk, ...others] = await readChunks(body);

  expect([before, chunk?.length, others, sink.isLeaving, told]).toEqual([
    [true],
    100_000,
    [],
    false,
    ["left"],
  ]);
});

test("a body that is cancelled while it leaves interrupts its source", async () => {
  const { body, sink, told } = createBody();
  await settle();
  sink.write("x".repeat(100_000), true);
  sink.end(1000, "");
  await body.cancel();

  expect(told).toEqual(["interrupted"]);
});
