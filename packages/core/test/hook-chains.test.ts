import { expect, test } from "vitest";
import type { Connection, Hooks } from "../src/connection/connection.ts";
import type { SockJSError } from "../src/options/errors.ts";
import type { Options } from "../src/options/options.ts";
import type { Server } from "../src/server.ts";
import { RecordedSink } from "./support/recorded-sink.ts";
import { createWebSocketServer } from "./support/websocket.ts";

const LENGTH = 10_000;

interface Chain {
  readonly server: Server;
  /** All connections, in the order of opening. */
  readonly connections: readonly Connection[];
  /** Codes that `close` hooks were told. */
  readonly closed: readonly number[];
  readonly errors: readonly SockJSError[];
  /** Hooks that ran inside another hook. */
  readonly nested: readonly string[];
}

/** Opens as many WebSockets as a chain is long, each hook watched for running inside another. */
async function openMany(
  hooks: Hooks = {},
  options: Options = {},
  { takesFrames = true }: { readonly takesFrames?: boolean } = {},
): Promise<Chain> {
  const connections: Connection[] = [];
  const closed: number[] = [];
  const errors: SockJSError[] = [];
  const nested: string[] = [];
  let running: string | undefined;
  const watched = (name: string, run: () => void): void => {
    if (running !== undefined) nested.push(`${name} in ${running}`);
    running = name;
    try {
      run();
    } finally {
      running = undefined;
    }
  };
  const { open, message, close, drain } = hooks;
  const { server, open: connect } = createWebSocketServer(
    {
      open: (connection) =>
        watched("open", () => {
          connections.push(connection);
          connection.subscribe("all");
          void open?.(connection);
        }),
      message: (connection, text) => watched("message", () => void message?.(connection, text)),
      close: (connection, info) =>
        watched("close", () => {
          closed.push(info.code);
          void close?.(connection, info);
        }),
      drain: (connection) => watched("drain", () => drain?.(connection)),
    },
    { onError: (error) => void errors.push(error), ...options },
  );
  for (let index = 0; index < LENGTH; index++) {
    const sink = new RecordedSink();
    await connect("/websocket", sink);
    sink.isReady = takesFrames;
  }
  return { server, connections, closed, errors, nested };
}

/** Lets everything scheduled for this turn of the event loop, and what that schedules, happen. */
function endTurns(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 20));
}

test("a `close` hook that publishes goes through 10,000 overloaded connections", async () => {
  const chain = await openMany(
    { close: (connection) => connection.publish("all", "somebody has left") },
    { maxBufferedAmount: 1000 },
    { takesFrames: false },
  );
  chain.server.publish("all", "x".repeat(2000));
  const atOnce = [chain.closed.length, chain.connections[0]?.readyState];
  await endTurns();

  expect([atOnce, chain.closed.length, chain.errors, chain.nested]).toEqual([
    [0, 2],
    LENGTH,
    [],
    [],
  ]);
  expect([new Set(chain.closed), chain.server.connections.size]).toEqual([new Set([1013]), 0]);
});

test("a `close` hook that closes the next connection goes through 10,000 of them", async () => {
  const order = new Map<Connection, Connection>();
  const chain = await openMany({ close: (connection) => order.get(connection)?.close(4000) });
  for (const [index, connection] of chain.connections.entries()) {
    const following = chain.connections[index + 1];
    if (following !== undefined) order.set(connection, following);
  }
  chain.connections[0]?.close(4000);
  const { closed, errors, nested, server } = chain;

  expect([closed.length, errors, nested, server.connections.size]).toEqual([LENGTH, [], [], 0]);
});

test("a listener of `signal` that closes the next connection goes through 10,000 of them", async () => {
  const chain = await openMany();
  for (const [index, connection] of chain.connections.entries()) {
    const following = chain.connections[index + 1];
    connection.signal.addEventListener("abort", () => following?.close(4000));
  }
  chain.connections[0]?.close(4000);

  expect([chain.closed.length, chain.errors, chain.server.connections.size]).toEqual([
    LENGTH,
    [],
    0,
  ]);
});

test("a `log` that closes the next connection goes through 10,000 of them", async () => {
  const byId = new Map<string, Connection>();
  const chain = await openMany(
    {},
    {
      log: ({ event, connection = "" }) => {
        if (event === "close") byId.get(connection)?.close(4000);
      },
    },
  );
  for (const [index, connection] of chain.connections.entries()) {
    const following = chain.connections[index + 1];
    if (following !== undefined) byId.set(connection.id, following);
  }
  chain.connections[0]?.close(4000);

  expect([chain.closed.length, chain.server.connections.size]).toEqual([LENGTH, 0]);
});

test("an `onError` that closes the next connection goes through 10,000 of them", async () => {
  let failures = 0;
  const waiting: Connection[] = [];
  const onError = (): void => {
    failures++;
    waiting.pop()?.close(4000);
  };
  const chain = await openMany({ close: fail }, { onError });
  waiting.push(...chain.connections);
  waiting.pop()?.close(4000);

  expect([chain.closed.length, failures, chain.server.connections.size]).toEqual([
    LENGTH,
    LENGTH,
    0,
  ]);
});

test("hooks that become due in a hook of another connection run right after it, in order", async () => {
  const journal: string[] = [];
  const { open: connect } = createWebSocketServer({
    open: (connection) => {
      if (connections.push(connection) < 3) return;
      journal.push("open begins");
      connections[0]?.close(4000, "first");
      connections[1]?.close(4000, "second");
      journal.push("open ends");
    },
    close: (_connection, { reason }) => void journal.push(`close ${reason}`),
  });
  const connections: Connection[] = [];
  for (let index = 0; index < 3; index++) await connect();

  expect(journal).toEqual(["open begins", "open ends", "close first", "close second"]);
});

test("a `log` that closes a connection as it opens does not have `close` run before `open`", async () => {
  const journal: string[] = [];
  const { server, open: connect } = createWebSocketServer(
    { open: () => void journal.push("open"), close: () => void journal.push("close") },
    {
      log: ({ event }) => {
        if (event === "open") for (const connection of server.connections) connection.close(4000);
      },
    },
  );
  await connect();

  expect(journal).toEqual(["open", "close"]);
});

function fail(): never {
  throw new Error("asked");
}
