import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Hooks } from "../../src/connection/connection.ts";
import { multiplex } from "../../src/connection/multiplex.ts";
import { sockjs } from "../../src/sockjs.ts";
import { createBrowser, endTurn } from "../support/browser.ts";
import { captureConnections } from "../support/capture.ts";
import { defer } from "../support/promises.ts";

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
});
afterEach(() => {
  vi.useRealTimers();
});

test("a channel has its connection's request, address, transport and context, and an id of its own", async () => {
  const outer = captureConnections<string>();
  const inner = captureConnections<string>();
  const hooks = multiplex<string>({ ann: inner, bob: inner });
  const open: Hooks<string>["open"] = (connection) => {
    outer.open(connection);
    return hooks.open?.(connection);
  };
  const server = sockjs({ ...hooks, open }, { authorize: () => "who" });
  const browser = createBrowser(server);
  await browser.poll();
  await browser.send("sub,ann", "sub,bob");
  const [ann, bob] = inner.connections;
  const { connection } = outer;

  expect([ann?.request, ann?.remoteAddress, ann?.transport, ann?.context]).toEqual([
    connection.request,
    connection.remoteAddress,
    "xhr-polling",
    "who",
  ]);
  expect(new Set([connection.id, ann?.id, bob?.id]).size).toBe(3);
});

test("`readyState` of a channel is 1, then 3, and its signal is aborted, once either side has closed it", async () => {
  const capture = captureConnections();
  const browser = createBrowser(sockjs(multiplex({ ann: capture, bob: capture })));
  await browser.poll();
  await browser.send("sub,ann", "sub,bob");
  const states = (): unknown =>
    capture.connections.map(({ readyState, signal }) => [readyState, signal.aborted]);
  const before = states();
  capture.connection.close();
  await browser.send("uns,ann");

  expect([before, states()]).toEqual([
    [
      [1, false],
      [1, false],
    ],
    [
      [3, true],
      [3, true],
    ],
  ]);
});

test("a channel is told of `drain` when its connection is", async () => {
  const drained: number[] = [];
  const ann: Hooks = {
    open: (channel) => channel.send("x".repeat(70_000)),
    drain: (channel) => void drained.push(channel.bufferedAmount),
  };
  const browser = createBrowser(sockjs(multiplex({ ann })));
  await browser.poll();
  await browser.send("sub,ann");
  const before = [...drained];
  await browser.poll();

  expect([before, drained]).toEqual([[], [0]]);
});

test("a hook of one channel that takes its time holds back no other channel", async () => {
  const journal: string[] = [];
  const slow = defer();
  const browser = createBrowser(
    sockjs(
      multiplex((name) => ({
        async message(_channel, text) {
          journal.push(`${name} ${text}`);
          if (name === "slow") await slow.promise;
        },
        close: () => void journal.push(`${name} closed`),
      })),
    ),
  );
  await browser.poll();
  await browser.send("sub,slow", "sub,ann", "msg,slow,1", "msg,slow,2", "msg,ann,1", "uns,slow");
  await endTurn();
  const before = [...journal];
  slow.resolve();
  await endTurn();

  expect([before, journal.slice(before.length)]).toEqual([
    ["slow 1", "ann 1"],
    ["slow 2", "slow closed"],
  ]);
});

test("a channel that holds more than `maxUnreadAmount` holds back its connection, and so the browser", async () => {
  const slow = defer();
  const ann: Hooks = { message: () => slow.promise };
  const browser = createBrowser(sockjs(multiplex({ ann }), { maxUnreadAmount: 100 }));
  await browser.poll();
  const message = `msg,ann,${"x".repeat(200)}`;
  const first = await browser.send("sub,ann", message, message);
  let second: number | undefined;
  const sent = browser.send(message).then((status) => {
    second = status;
  });
  await endTurn();
  const before = second;
  slow.resolve();
  await sent;

  expect([first, before, second]).toEqual([204, undefined, 204]);
});

test("a channel closes uncleanly with a connection that breaks, and leaves its topics", async () => {
  const closed: unknown[] = [];
  const ann: Hooks = {
    open: (channel) => channel.subscribe("room"),
    close: (_channel, info) => void closed.push(info),
  };
  const server = sockjs(multiplex({ ann }));
  const browser = createBrowser(server);
  const stream = await browser.stream();
  await browser.send("sub,ann");
  const topics = [server.stats().topics];
  await stream.leave();
  topics.push(server.stats().topics);

  expect([closed, topics, server.stats().channels]).toEqual([
    [{ code: 1006, reason: "Connection lost", wasClean: false }],
    [1, 0],
    0,
  ]);
});

test("channels close with their connection at once, though one of them is behind for good", async () => {
  const closed: string[] = [];
  const hooks = (name: string): Hooks => ({
    open: (channel) => channel.subscribe(name),
    message: () => (name === "behind" ? new Promise<void>(() => {}) : undefined),
    close: () => void closed.push(name),
  });
  const names = Array.from({ length: 40 }, (_, index) => `channel ${index}`);
  const server = sockjs(
    multiplex((name) => hooks(name)),
    { maxUnreadAmount: 100 },
  );
  const browser = createBrowser(server);
  const stream = await browser.stream();
  await browser.send("sub,behind", ...names.map((name) => `sub,${escape(name)}`));
  void browser.send("msg,behind,1", `msg,behind,${"x".repeat(200)}`, "msg,behind,3");
  await endTurn();
  const open = server.stats();
  await stream.leave();
  const { channels, topics } = server.stats();

  expect([open.channels, open.topics, channels, topics]).toEqual([41, 41, 0, 0]);
  expect(closed).toEqual(names);
});

test("`stats()` counts the messages of channels once, and their connection alone as open", async () => {
  const ann: Hooks = { message: (channel, text) => channel.send(text) };
  const server = sockjs(multiplex({ ann }));
  const browser = createBrowser(server);
  await browser.poll();
  await browser.send("sub,ann", "msg,ann,1");

  expect(server.stats()).toMatchObject({
    open: 1,
    opened: 1,
    channels: 1,
    messagesReceived: 2,
    messagesSent: 1,
  });
});

test("a name longer than 256 characters opens no channel", async () => {
  const names: number[] = [];
  const browser = createBrowser(
    sockjs(
      multiplex((name) => {
        names.push(name.length);
        return {};
      }),
    ),
  );
  await browser.poll();
  await browser.send(`sub,${"x".repeat(257)}`, `sub,${"x".repeat(256)}`);

  expect(names).toEqual([256]);
});
