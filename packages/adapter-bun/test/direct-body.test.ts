import type { ResponseSource, Sink } from "@sockjs-fetch/core/adapter";
import { expect, test } from "vitest";
import { DirectSink, type DirectController } from "../src/direct-body.ts";

interface Fixture {
  readonly sink: DirectSink;
  readonly controller: DirectController;
  readonly leaving: AbortController;
  /** What reached Bun, and what the source was told. */
  readonly journal: unknown[];
  /** Makes Bun's next writes wait; returns what lets them go. */
  congest(): () => void;
}

function createSink(onStart: (sink: Sink) => void = () => {}): Fixture {
  const journal: unknown[] = [];
  const leaving = new AbortController();
  let congestion: Promise<number> | undefined;
  const source: ResponseSource = {
    endsAfterFirstWrite: false,
    left: () => journal.push("left"),
    parted() {},
    start(sink) {
      journal.push("start");
      onStart(sink);
    },
    drained: () => journal.push("drained"),
    interrupted: () => journal.push("interrupted"),
  };
  const controller: DirectController = {
    write(content) {
      journal.push(typeof content === "string" ? content : [...content]);
      return congestion ?? content.length;
    },
    flush: () => journal.push("flush"),
    end: () => journal.push("end"),
  };
  const congest = (): (() => void) => {
    let release = (): void => {};
    congestion = new Promise((resolve) => {
      release = (): void => {
        congestion = undefined;
        resolve(0);
      };
    });
    return release;
  };
  return { sink: new DirectSink(source, leaving.signal), controller, leaving, journal, congest };
}

const settle = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

test("each write is flushed by itself, ASCII as text and all else as UTF-8", () => {
  const { sink, controller, journal } = createSink();
  void sink.pull(controller);
  sink.write("o\n", true);
  sink.write("€", false);

  expect(journal).toEqual(["start", "o\n", "flush", [0xe2, 0x82, 0xac], "flush"]);
});

test("while Bun makes a write wait, the sink is not ready; then it tells its source, once", async () => {
  const { sink, controller, journal, congest } = createSink();
  void sink.pull(controller);
  const release = congest();
  sink.write("ab", true);
  sink.write("c", true);
  const during = [sink.ready(), sink.bufferedAmount];
  release();
  await settle();

  expect([during, sink.ready(), sink.bufferedAmount, journal.slice(-1)]).toEqual([
    [false, 3],
    true,
    0,
    ["drained"],
  ]);
  expect(journal.filter((entry) => entry === "drained")).toEqual(["drained"]);
});

test("`end()` ends the body and lets Bun go", async () => {
  const { sink, controller, journal } = createSink((started) => started.end(1000, ""));
  await sink.pull(controller);
  sink.cancel();
  sink.write("late", true);

  expect(journal).toEqual(["start", "end"]);
});

test("`terminate()` makes the body fail", async () => {
  const { sink, controller, journal } = createSink();
  const pulled = sink.pull(controller);
  sink.terminate();

  await expect(pulled).rejects.toBeUndefined();
  expect(journal).toEqual(["start"]);
});

test("the source is told once when the client goes, and nothing of a write that waits", async () => {
  const { sink, controller, journal, congest } = createSink();
  void sink.pull(controller);
  const release = congest();
  sink.write("x", true);
  sink.cancel();
  sink.cancel();
  release();
  await settle();

  expect(journal).toEqual(["start", "x", "flush", "interrupted"]);
});

test("a client that goes before Bun asks for the body interrupts the source", async () => {
  const { sink, controller, leaving, journal } = createSink();
  leaving.abort();
  const pulled = sink.pull(controller);

  await expect(pulled).rejects.toBeUndefined();
  expect(journal).toEqual(["interrupted"]);
});

test("a client that went before there was a body interrupts the source", async () => {
  const { leaving, journal } = createSink();
  leaving.abort();
  const gone = new DirectSink(
    {
      endsAfterFirstWrite: false,
      left() {},
      parted() {},
      start: () => journal.push("start"),
      drained: () => {},
      interrupted: () => journal.push("gone"),
    },
    leaving.signal,
  );
  await settle();

  expect([journal, gone.ready()]).toEqual([["interrupted", "gone"], true]);
});

test("`end()` while Bun makes a write wait ends the body once that has gone, and tells", async () => {
  const { sink, controller, journal, congest } = createSink();
  void sink.pull(controller);
  const release = congest();
  sink.write("ab", true);
  sink.end();
  const during = [sink.isLeaving, journal.at(-1)];
  release();
  await settle();

  expect([during, sink.isLeaving, journal.slice(-2)]).toEqual([
    [true, "flush"],
    false,
    ["end", "left"],
  ]);
});

test("a large frame is written in parts, each once the one before has gone", async () => {
  const { sink, controller, journal, congest } = createSink();
  void sink.pull(controller);
  const release = congest();
  sink.write("x".repeat(300_000), true);
  const during = [sink.ready(), sink.bufferedAmount, journal.length];
  release();
  await settle();

  expect([during, sink.ready(), sink.bufferedAmount, journal.at(-1)]).toEqual([
    [false, 300_000, 3],
    true,
    0,
    "drained",
  ]);
});
