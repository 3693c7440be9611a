import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Handler } from "../src/connection/connection.ts";
import { multiplex } from "../src/connection/multiplex.ts";
import type { LogEntry } from "../src/options/options.ts";
import type { ProcessSignals, StopSignal } from "../src/seam/process-signals.ts";
import { INNER } from "../src/seam/exchange.ts";
import { createServer, type Server } from "../src/server.ts";
import { sockjs } from "../src/sockjs.ts";
import { createBrowser } from "./support/browser.ts";
import { captureConnections } from "./support/capture.ts";
import { defer, isSettled, settle } from "./support/promises.ts";

const GONE_FRAME = 'c[1001,"Server is shutting down"]\n';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function wait(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

const SLOW_MS = 100;

/** Each echoes by and by, a message after the other. */
const SLOW_ECHOES: readonly (readonly [how: string, handler: Handler])[] = [
  [
    "an async `message`",
    {
      async message(connection, text) {
        await wait(SLOW_MS);
        connection.send(text);
      },
    },
  ],
  [
    "a function that iterates",
    async (connection) => {
      for await (const text of connection) {
        await wait(SLOW_MS);
        connection.send(text);
      }
    },
  ],
  [
    "a function that leaves a loop behind",
    (connection) => {
      void (async () => {
        for await (const text of connection) {
          await wait(SLOW_MS);
          connection.send(text);
        }
      })();
    },
  ],
];

describe.each(SLOW_ECHOES)("%s", (_how, handler) => {
  test("`close()` lets it finish what has been acknowledged, and sends its answers before the close frame", async () => {
    const server = sockjs(handler);
    const browser = createBrowser(server);
    await browser.poll();
    const statuses = [await browser.send("a", "b"), await browser.send("c")];
    const closing = server.close();
    await vi.advanceTimersByTimeAsync(3 * SLOW_MS - 1);
    const during = server.connections.size;
    await vi.advanceTimersByTimeAsync(1);
    const frames = [await browser.poll(), await browser.poll()];
    await closing;

    expect([statuses, during, frames]).toEqual([[204, 204], 1, ['a["a","b","c"]\n', GONE_FRAME]]);
  });

  test("`close()` hands over what comes meanwhile", async () => {
    const server = sockjs(handler);
    const browser = createBrowser(server);
    await browser.poll();
    await browser.send("a");
    const closing = server.close();
    await vi.advanceTimersByTimeAsync(SLOW_MS / 2);
    const status = await browser.send("b");
    await vi.advanceTimersByTimeAsync(2 * SLOW_MS);
    const frames = [await browser.poll(), await browser.poll()];
    await closing;

    expect([status, frames]).toEqual([204, ['a["a","b"]\n', GONE_FRAME]]);
  });
});

test("`close()` lets the hooks of a channel finish", async () => {
  const [, slow] = SLOW_ECHOES[0] ?? [];
  const server = sockjs(multiplex({ ann: slow ?? {} }));
  const browser = createBrowser(server);
  await browser.poll();
  await browser.send("sub,ann", "msg,ann,hi");
  const closing = server.close();
  await vi.advanceTimersByTimeAsync(SLOW_MS);
  const frames = [await browser.poll(), await browser.poll()];
  await closing;

  expect(frames).toEqual(['a["msg,ann,hi"]\n', GONE_FRAME]);
});

test("a hook that calls `close()` itself, and does not wait for it, is finished", async () => {
  const closings: Promise<void>[] = [];
  const server = sockjs({
    async message(connection, text) {
      closings.push(server.close());
      await wait(SLOW_MS);
      connection.send(text);
    },
  });
  const browser = createBrowser(server);
  await browser.poll();
  await browser.send("a");
  await vi.advanceTimersByTimeAsync(SLOW_MS);
  const frames = [await browser.poll(), await browser.poll()];

  expect([frames, await isSettled(closings[0])]).toEqual([['a["a"]\n', GONE_FRAME], true]);
});

test.each<[how: string, work: (close: () => Promise<void>) => Promise<void>]>([
  ["never settles", () => defer().promise],
  ["awaits `close()` itself", (close) => close()],
])(
  "a hook that %s: close frames go out at half of `timeout`, and it is named once",
  async (_how, work) => {
    const entries: LogEntry[] = [];
    const server: Server = sockjs(
      { message: () => work(() => server.close({ timeout: 1000 })) },
      { log: (entry) => void entries.push(entry) },
    );
    const browser = createBrowser(server);
    const stream = await browser.stream();
    await browser.send("a");
    const closing = server.close({ timeout: 1000 });
    await vi.advanceTimersByTimeAsync(499);
    const before = server.connections.size;
    await vi.advanceTimersByTimeAsync(1);
    const frame = await stream.next();
    await vi.advanceTimersByTimeAsync(498);
    const almost = await isSettled(closing);
    await vi.advanceTimersByTimeAsync(1);

    expect([before, frame, almost, await isSettled(closing)]).toEqual([1, GONE_FRAME, false, true]);
    expect(entries.filter(({ level }) => level === "warn")).toEqual([
      { level: "warn", event: "unfinished", hook: "message", count: 1 },
    ]);
  },
);

test("`close()` waits for async `close` hooks", async () => {
  const finished: string[] = [];
  const server = sockjs({
    async close() {
      await wait(SLOW_MS);
      finished.push("close");
    },
  });
  await createBrowser(server).stream();
  const closing = server.close();
  await vi.advanceTimersByTimeAsync(SLOW_MS - 1);
  const before = await isSettled(closing);
  await vi.advanceTimersByTimeAsync(1);

  expect([before, await isSettled(closing), finished]).toEqual([false, true, ["close"]]);
});

test("`close()` waits for functions to return", async () => {
  const finished: string[] = [];
  const server = sockjs(async (connection) => {
    for await (const text of connection) finished.push(text);
    await wait(SLOW_MS);
    finished.push("the end");
  });
  await createBrowser(server).stream();
  const closing = server.close();
  await vi.advanceTimersByTimeAsync(SLOW_MS - 1);
  const before = await isSettled(closing);
  await vi.advanceTimersByTimeAsync(1);

  expect([before, await isSettled(closing), finished]).toEqual([false, true, ["the end"]]);
});

test.each<[how: string, handler: Handler]>([
  ["a function that does not read", (connection) => connection.send("hi")],
  [
    "a loop that was left",
    async (connection) => {
      // oxlint-disable-next-line no-unreachable-loop -- the first message is all that it wants
      for await (const _text of connection) break;
    },
  ],
  ["hooks without `message`", {}],
])("`close()` does not wait for messages that nobody reads: %s", async (_how, handler) => {
  const server = sockjs(handler);
  const browser = createBrowser(server);
  await browser.stream();
  await browser.send("a");
  await browser.send("b");
  const closing = server.close();
  await vi.advanceTimersByTimeAsync(5);

  expect([await isSettled(closing), server.connections.size]).toEqual([true, 0]);
});

test("a browser that left while its message was worked on is waited for by nobody", async () => {
  const server = sockjs(async (connection) => {
    const messages = connection[Symbol.asyncIterator]();
    await messages.next(); // and never again
  });
  const browser = createBrowser(server);
  const stream = await browser.stream();
  await browser.send("a");
  await stream.leave();
  const closing = server.close();

  expect(await isSettled(closing)).toBe(true);
});

test("a session without a receiver is waited for 1 s, whatever `timeout` is", async () => {
  const server = sockjs({});
  await createBrowser(server).poll();
  const closing = server.close({ timeout: 60_000 });
  await vi.advanceTimersByTimeAsync(999);
  const before = await isSettled(closing);
  await vi.advanceTimersByTimeAsync(1);

  expect([before, await isSettled(closing), vi.getTimerCount()]).toEqual([false, true, 0]);
});

test("a session that may still be downloading is waited for at most half of `timeout`", async () => {
  const capture = captureConnections();
  const server = sockjs(capture);
  const browser = createBrowser(server);
  await browser.poll();
  capture.connection.send("x".repeat(4_000_000)); // 400 s at 10 kB/s
  await browser.poll();
  const closing = server.close({ timeout: 60_000 });
  await vi.advanceTimersByTimeAsync(29_000);
  const before = await isSettled(closing);
  await vi.advanceTimersByTimeAsync(1100);

  expect([before, await isSettled(closing)]).toEqual([false, true]);
});

test("a session whose browser comes for what is queued is waited for anew", async () => {
  const capture = captureConnections();
  const server = sockjs(capture, { responseLimit: 1 });
  const browser = createBrowser(server);
  await browser.poll();
  capture.connection.send("a");
  const closing = server.close({ timeout: 60_000 });
  await vi.advanceTimersByTimeAsync(900);
  const first = await browser.poll();
  await vi.advanceTimersByTimeAsync(900);

  expect([first, await browser.poll(), await isSettled(closing)]).toEqual([
    'a["a"]\n',
    GONE_FRAME,
    true,
  ]);
});

test("`close({ timeout: 0 })` waits for nobody", async () => {
  const entries: LogEntry[] = [];
  const server = sockjs(
    { message: () => defer().promise, close: () => defer().promise },
    { log: (entry) => void entries.push(entry) },
  );
  const browser = createBrowser(server);
  await browser.poll();
  await browser.send("a");
  const closing = server.close({ timeout: 0 });
  await vi.advanceTimersByTimeAsync(0);

  expect([await isSettled(closing), entries.map(({ event }) => event)]).toEqual([
    true,
    ["open", "close"],
  ]);
});

test("`close()` waits by no timer for a time that is over, of which runtimes warn", async () => {
  const server = sockjs({});
  await createBrowser(server).poll();
  const delays: number[] = [];
  const { setTimeout: setFake } = globalThis; // no spy, which would outlive the false clock
  const setNoted = (run: () => void, delay = 0): ReturnType<typeof setTimeout> => {
    delays.push(delay);
    return setFake(run, delay);
  };
  globalThis.setTimeout = Object.assign(setNoted, setFake);
  let nowMs = performance.now();
  const clock = vi.spyOn(performance, "now").mockImplementation(() => (nowMs += 0.1));
  const closing = server.close({ timeout: 0 });
  await vi.advanceTimersByTimeAsync(0);
  await closing;
  globalThis.setTimeout = setFake;
  clock.mockRestore();

  expect(delays.filter((delay) => delay < 0)).toEqual([]);
  expect(delays.length).toBeGreaterThan(0);
});

test("while a server closes, its answers end their connections, those included that were waited for", async () => {
  const work = defer();
  const runtime = { abortSignal: (request: Request) => request.signal }; // else the head goes out at once
  const server = createServer<undefined>({ message: () => work.promise }, {}, runtime);
  const browser = createBrowser(server);
  await browser.poll();
  const waiting = browser.request("/000/s1/xhr", { method: "POST" });
  await browser.send("a");
  const before = await browser.request("/info");
  const closing = server.close();
  const during = await browser.request("/info");
  const sent = await browser.request("/000/s1/xhr_send", { method: "POST", body: '["b"]' });
  work.resolve();
  await closing;
  const connection = ({ headers }: Response): string | null => headers.get("connection");

  expect([before, during, sent, await waiting].map(connection)).toEqual([
    null,
    "close",
    "close",
    "close",
  ]);
});

describe("signals of the process", () => {
  /** A process that only notes what happens to it. */
  class RecordedProcess implements ProcessSignals {
    readonly listeners = new Map<StopSignal, Set<() => void>>();
    readonly raised: StopSignal[] = [];

    onSignal(signal: StopSignal, listener: () => void): void {
      const listeners = this.listeners.get(signal) ?? new Set();
      this.listeners.set(signal, listeners.add(listener));
    }

    offSignal(signal: StopSignal, listener: () => void): void {
      this.listeners.get(signal)?.delete(listener);
    }

    isHeard(): boolean {
      return this.count === 1;
    }

    raise(signal: StopSignal): void {
      this.raised.push(signal);
    }

    get count(): number {
      return [...this.listeners.values()].reduce((sum, { size }) => sum + size, 0);
    }

    send(signal: StopSignal): void {
      for (const listener of this.listeners.get(signal) ?? []) listener();
    }
  }

  /** The list of this process, on which servers of other tests may be. */
  const list = Symbol.for("sockjs-fetch.endings");
  let others: unknown;
  let signals: RecordedProcess;
  beforeEach(() => {
    signals = new RecordedProcess();
    others = Reflect.get(globalThis, list);
    Reflect.deleteProperty(globalThis, list);
  });
  afterEach(() => {
    Reflect.set(globalThis, list, others);
  });

  test("are listened to from the first request until the server has closed", async () => {
    const counts: number[] = [];
    const server = createServer({}, { prefix: "/echo" }, { signals });
    const browser = createBrowser(server, "/echo");
    counts.push(signals.count);
    await server.fetch(new Request("http://localhost/other"));
    counts.push(signals.count);
    await browser.request("/info");
    await browser.request("/info");
    counts.push(signals.count);
    await server.close();
    counts.push(signals.count);
    await browser.request("/info");
    counts.push(signals.count);

    expect(counts).toEqual([0, 0, 2, 0, 0]);
  });

  test("are listened to once by several servers, until the last has closed", async () => {
    const servers = [createServer({}, {}, { signals }), createServer({}, {}, { signals })];
    for (const server of servers) await createBrowser(server).request("/info");
    const counts = [signals.count];
    for (const server of servers) {
      await server.close();
      counts.push(signals.count);
    }

    expect(counts).toEqual([2, 2, 0]);
  });

  test("close every server, then end the process", async () => {
    const servers = [createServer({}, {}, { signals }), createServer({}, {}, { signals })];
    const streams = await Promise.all(servers.map((server) => createBrowser(server).stream()));
    signals.send("SIGTERM");
    const frames = await Promise.all(streams.map((stream) => stream.next()));
    const before = [...signals.raised];
    await vi.advanceTimersByTimeAsync(200);

    expect([frames, before, signals.raised, signals.count]).toEqual([
      [GONE_FRAME, GONE_FRAME],
      [],
      ["SIGTERM"],
      0,
    ]);
  });

  test("a second one ends the process at once", async () => {
    const server = createServer({ message: () => defer().promise }, {}, { signals });
    const browser = createBrowser(server);
    await browser.poll();
    await browser.send("a");
    signals.send("SIGINT");
    await settle();
    const before = [...signals.raised];
    signals.send("SIGTERM");

    expect([before, signals.raised, signals.count]).toEqual([[], ["SIGTERM"], 0]);
    await vi.advanceTimersByTimeAsync(6000);
  });

  test("leave an application that listens as well the options of its own `close()`", async () => {
    const server = createServer({}, {}, { signals });
    const stream = await createBrowser(server).stream();
    signals.send("SIGTERM");
    void server.close({ code: 4000, reason: "new version" });

    expect(await stream.next()).toBe('c[4000,"new version"]\n');
    await vi.advanceTimersByTimeAsync(1000);
  });

  test.each(["gracefulShutdown", "ignoreSignals"])("are ignored by `%s`", async (way) => {
    const options = way === "gracefulShutdown" ? { gracefulShutdown: false } : {};
    const server = createServer({}, options, { signals });
    if (way === "ignoreSignals") server[INNER].ignoreSignals();
    await createBrowser(server).request("/info");

    expect(signals.count).toBe(0);
  });
});
