import { TaskTurns } from "../../src/time/task-turns.ts";
import { expect, test } from "vitest";
import type { Connection, Handler, Hooks } from "../../src/connection/connection.ts";
import { RunningHooks } from "../../src/connection/running-hooks.ts";
import { HookQueue } from "../../src/connection/hook-queue.ts";
import { defer, isSettled, settle } from "../support/promises.ts";

const CLOSE = { code: 3000, reason: "Go away!", wasClean: true };
const connection = {} as Connection; // a queue only hands it on

interface Fixture {
  readonly queue: HookQueue;
  /** What ran, in order. */
  readonly journal: unknown[];
}

/** Each hook notes that it has begun, then does what the test gives it to do. */
function createQueue(work: Hooks<unknown> | Handler<unknown>, maxUnreadAmount = 1000): Fixture {
  const journal: unknown[] = [];
  const hooks: Hooks<unknown> = {};
  if (typeof work !== "function") {
    const { open, message, close, drain } = work;
    if (open) hooks.open = (given) => (journal.push("open"), open(given));
    if (message) hooks.message = (given, text) => (journal.push(text), message(given, text));
    if (close) hooks.close = (given, info) => (journal.push(info), close(given, info));
    if (drain) hooks.drain = (given) => (journal.push("drain"), drain(given));
  }
  const handler = typeof work === "function" ? work : hooks;
  const queue = new HookQueue(connection, {
    handler,
    maxUnreadAmount,
    turns: new TaskTurns(),
    running: new RunningHooks(),
    hookFailed: (hook, cause) => journal.push({ hook, cause }),
  });
  return { queue, journal };
}

const nothing = (): void => {};

test("hooks run in the order of events", () => {
  const { queue, journal } = createQueue({ open: nothing, message: nothing, close: nothing });
  queue.open();
  queue.message("a");
  queue.message("b");
  queue.close(CLOSE);

  expect(journal).toEqual(["open", "a", "b", CLOSE]);
});

test("hooks get their connection", () => {
  const given: unknown[] = [];
  const note = (each: Connection): void => void given.push(each);
  const { queue } = createQueue({ open: note, message: note, close: note, drain: note });
  queue.open();
  queue.message("a");
  queue.drain();
  queue.close(CLOSE);

  expect(given).toEqual([connection, connection, connection, connection]);
  expect(given.every((each) => each === connection)).toBe(true);
});

test("hooks keep their `this`", () => {
  const hooks = {
    name: "mine",
    seen: [] as string[],
    open(): void {
      this.seen.push(`${this.name} open`);
    },
    message(): void {
      this.seen.push(`${this.name} message`);
    },
    close(): void {
      this.seen.push(`${this.name} close`);
    },
  };
  const queue = new HookQueue(connection, {
    handler: hooks,
    maxUnreadAmount: 1000,
    turns: new TaskTurns(),
    running: new RunningHooks(),
    hookFailed: nothing,
  });
  queue.open();
  queue.message("a");
  queue.close(CLOSE);

  expect(hooks.seen).toEqual(["mine open", "mine message", "mine close"]);
});

test("an async `open` holds messages and close back", async () => {
  const opened = defer();
  const { queue, journal } = createQueue({
    open: () => opened.promise,
    message: nothing,
    close: nothing,
  });
  queue.open();
  queue.message("a");
  queue.close(CLOSE);
  const before = [...journal];
  opened.resolve();
  await settle();

  expect([before, journal]).toEqual([["open"], ["open", "a", CLOSE]]);
});

test("an async `message` holds the next back", async () => {
  const first = defer();
  const { queue, journal } = createQueue({
    message: (_connection, text) => (text === "a" ? first.promise : undefined),
    close: nothing,
  });
  queue.open();
  queue.message("a");
  queue.message("b");
  queue.message("c");
  queue.close(CLOSE);
  const before = [...journal];
  first.resolve();
  await settle();

  expect([before, journal]).toEqual([["a"], ["a", "b", "c", CLOSE]]);
});

test("a message that comes while others wait does not overtake them", async () => {
  const { queue, journal } = createQueue({ message: () => Promise.resolve() });
  queue.open();
  queue.message("a");
  queue.message("b");
  await Promise.resolve();
  await Promise.resolve();
  queue.message("c");
  await settle();

  expect(journal).toEqual(["a", "b", "c"]);
});

test("`close` inside `open` runs after it", () => {
  const { queue, journal } = createQueue({
    open() {
      queue.close(CLOSE);
      journal.push("end of open");
    },
    close: nothing,
  });
  queue.open();

  expect(journal).toEqual(["open", "end of open", CLOSE]);
});

test("`close` inside `message` runs after it", () => {
  const { queue, journal } = createQueue({
    message() {
      queue.close(CLOSE);
      journal.push("end of message");
    },
    close: nothing,
  });
  queue.open();
  queue.message("a");

  expect(journal).toEqual(["a", "end of message", CLOSE]);
});

test("`close` inside an async hook runs after its promise has settled", async () => {
  const rest = defer();
  const { queue, journal } = createQueue({
    async message() {
      queue.close(CLOSE);
      await rest.promise;
      journal.push("end of message");
    },
    close: nothing,
  });
  queue.open();
  queue.message("a");
  rest.resolve();
  await settle();

  expect(journal).toEqual(["a", "end of message", CLOSE]);
});

test.each<[hook: keyof Hooks, hooks: Hooks, rest: readonly unknown[]]>([
  ["open", { open: fail, message: nothing, close: nothing }, ["a", CLOSE]],
  ["message", { message: fail, close: nothing }, [CLOSE]],
  ["close", { close: fail }, []],
])("a throwing `%s` is reported, and the next hooks run", (hook, hooks, rest) => {
  const { queue, journal } = createQueue(hooks);
  queue.open();
  queue.message("a");
  queue.close(CLOSE);

  const begun = { open: "open", message: "a", close: CLOSE, drain: "" }[hook];
  expect(journal).toEqual([begun, { hook, cause: FAILURE }, ...rest]);
});

test.each<[hook: keyof Hooks, hooks: Hooks, rest: readonly unknown[]]>([
  ["open", { open: reject, message: nothing, close: nothing }, [CLOSE]],
  ["message", { message: reject, close: nothing }, [CLOSE]],
  ["close", { close: reject }, []],
])(
  "a rejecting `%s` is reported, drops what waits for it, and lets `close` run",
  async (hook, hooks, rest) => {
    const { queue, journal } = createQueue(hooks);
    queue.open();
    queue.message("a");
    queue.close(CLOSE);
    await settle();

    const begun = { open: "open", message: "a", close: CLOSE, drain: "" }[hook];
    expect(journal).toEqual([begun, { hook, cause: FAILURE }, ...rest]);
  },
);

test("`drain` runs at once, also while another hook is awaited", () => {
  const { queue, journal } = createQueue({ open: () => defer().promise, drain: nothing });
  queue.open();
  queue.drain();

  expect(journal).toEqual(["open", "drain"]);
});

test("a throwing `drain` is reported", () => {
  const { queue, journal } = createQueue({ drain: fail });
  queue.drain();

  expect(journal).toEqual(["drain", { hook: "drain", cause: FAILURE }]);
});

test("a rejecting `drain` is reported", async () => {
  const rejected = Promise.reject(FAILURE);
  rejected.catch(nothing); // else the test process would be told of it
  const { queue, journal } = createQueue({ drain: () => rejected });
  queue.drain();
  await settle();

  expect(journal).toEqual(["drain", { hook: "drain", cause: FAILURE }]);
});

test("`whenRoom()` waits while more is unread than allowed", async () => {
  const first = defer();
  const { queue } = createQueue({ message: () => first.promise }, 64);
  queue.open();
  queue.message("a");
  const idle = queue.isFull;
  queue.message("b");
  const room = queue.whenRoom();
  const waits = !(await isSettled(room));
  first.resolve();

  expect([idle, queue.isFull, waits, await isSettled(room)]).toEqual([false, true, true, true]);
});

test("`whenRoom()` resolves when the connection closes", async () => {
  const { queue } = createQueue({ message: () => defer().promise }, 64);
  queue.open();
  queue.message("a");
  queue.message("b");
  const room = queue.whenRoom();
  queue.close(CLOSE);

  expect(await isSettled(room)).toBe(true);
});

const FAILURE = new Error("failed on purpose");

function fail(): never {
  throw FAILURE;
}

function reject(): Promise<never> {
  return Promise.reject(FAILURE);
}

test.each(["open", "message", "close", "drain"] as const)(
  "a getter of the hook `%s` that throws fails that hook, and keeps no other connection waiting",
  (name) => {
    const turns = new TaskTurns();
    const failed: string[] = [];
    const seen: string[] = [];
    const handler: Hooks<unknown> = Object.defineProperty({}, name, {
      get: () => {
        throw new Error("asked");
      },
    });
    const queue = new HookQueue(connection, {
      handler,
      maxUnreadAmount: 1000,
      turns,
      running: new RunningHooks(),
      hookFailed: (hook) => void failed.push(hook),
    });
    queue.open();
    queue.message("a");
    queue.drain();
    queue.close(CLOSE);
    turns.run({ run: () => void seen.push("another") });

    expect([failed, seen]).toEqual([[name], ["another"]]);
  },
);
