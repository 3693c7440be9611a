import { TaskTurns } from "../../src/time/task-turns.ts";
import { expect, test } from "vitest";
import type { Connection, Handler } from "../../src/connection/connection.ts";
import { RunningHooks } from "../../src/connection/running-hooks.ts";
import { HookQueue } from "../../src/connection/hook-queue.ts";
import { defer, isSettled, settle } from "../support/promises.ts";

const CLOSE = { code: 1000, reason: "", wasClean: true };
const DONE = { done: true, value: undefined };
const connection = {} as Connection; // a queue only hands it on

function createQueue(handler: Handler<unknown>, failures: unknown[] = []): HookQueue {
  return new HookQueue(connection, {
    handler,
    maxUnreadAmount: 64,
    turns: new TaskTurns(),
    running: new RunningHooks(),
    hookFailed: (hook, cause) => failures.push({ hook, cause }),
  });
}

test("a function handler gets the connection when it opens", () => {
  const given: unknown[] = [];
  createQueue((each) => void given.push(each)).open();

  expect(given[0]).toBe(connection);
});

test("messages of a function handler wait to be read", async () => {
  const queue = createQueue(() => {});
  queue.open();
  queue.message("a");
  queue.message("b");

  expect([await queue.read(), await queue.read()]).toEqual([
    { done: false, value: "a" },
    { done: false, value: "b" },
  ]);
});

test("messages go to whoever waits, in the order of waiting", async () => {
  const queue = createQueue(() => {});
  queue.open();
  const reads = [queue.read(), queue.read()];
  queue.message("a");
  queue.message("b");

  expect(await Promise.all(reads)).toEqual([
    { done: false, value: "a" },
    { done: false, value: "b" },
  ]);
});

test("messages do not wait for a function handler to end", async () => {
  const queue = createQueue(() => defer().promise);
  queue.open();
  queue.message("a");

  expect(await queue.read()).toEqual({ done: false, value: "a" });
});

test("`read()` ends once the connection has closed, after the messages that came before", async () => {
  const queue = createQueue(() => {});
  queue.open();
  queue.message("a");
  queue.close(CLOSE);

  expect([await queue.read(), await queue.read(), await queue.read()]).toEqual([
    { done: false, value: "a" },
    DONE,
    DONE,
  ]);
});

test("closing ends every `read()` that waits", async () => {
  const queue = createQueue(() => {});
  queue.open();
  const reads = [queue.read(), queue.read()];
  queue.close(CLOSE);

  expect(await Promise.all(reads)).toEqual([DONE, DONE]);
});

test("reading makes room", async () => {
  const queue = createQueue(() => {});
  queue.open();
  queue.message("a");
  const room = queue.whenRoom();
  const waits = queue.isFull && !(await isSettled(room));
  await queue.read();

  expect([waits, queue.isFull, await isSettled(room)]).toEqual([true, false, true]);
});

test("hooks without `message` drop messages unless the connection is read", async () => {
  const queue = createQueue({});
  queue.open();
  queue.message("dropped");
  queue.startReading();
  queue.message("kept");

  expect(await queue.read()).toEqual({ done: false, value: "kept" });
});

test("`startReading()` refuses where a message hook takes the messages", () => {
  const queue = createQueue({ message() {} });

  expect(() => queue.startReading()).toThrow(
    new TypeError("Cannot iterate connection: its handler has a message hook"),
  );
});

test("a function handler that throws is reported", () => {
  const cause = new Error("failed on purpose");
  const failures: unknown[] = [];
  createQueue(() => {
    throw cause;
  }, failures).open();

  expect(failures).toEqual([{ hook: "handler", cause }]);
});

test("a function handler that rejects is reported", async () => {
  const cause = new Error("failed on purpose");
  const failures: unknown[] = [];
  createQueue(() => Promise.reject(cause), failures).open();
  await settle();

  expect(failures).toEqual([{ hook: "handler", cause }]);
});
