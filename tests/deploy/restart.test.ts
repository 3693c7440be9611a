import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { eventually, EVENT_DEADLINE_MS, within } from "../harness/deadline.ts";
import type { FixtureServer } from "../harness/fixture-server.ts";
import { openWebSocket, type WebSocketClient } from "../harness/websocket-client.ts";
import { PROXIES } from "./proxies.ts";
import { startBackend, startProxy } from "./proxy-process.ts";
import { skipWithout } from "./through.ts";

/** Proxies leave a process that failed alone for 2 s; a busy machine takes its time besides. */
const RETURN_DEADLINE_MS = 10_000;

describe.concurrent.each(PROXIES)("through $name", (proxy) => {
  skipWithout(proxy.name);

  test("a process that ends tells its connections, and another stands in until it is back", async () => {
    const [first, second] = await Promise.all([startBackend(), startBackend()]);
    const { port, stop } = await startProxy(proxy, [first.port, second.port]);
    const told = await openAt(port, first);
    const kept = await openAt(port, second);

    process.kill(first.pid, "SIGTERM");
    expect(await told.client.readMessage()).toBe('c[1001,"Server is shutting down"]');
    expect(await within(first.exited, EVENT_DEADLINE_MS, "the process to end")).toBe(0);

    expect(await holderOfNew(port, told.part)).toBe(second.pid);
    expect(await askHolder(kept.client)).toBe(second.pid);

    const again = await startBackend(first.port);
    await eventually(
      async () => (await holderOfNew(port, told.part)) === again.pid || undefined,
      RETURN_DEADLINE_MS,
      "the new process to get its server parts",
    );
    expect(await askHolder(kept.client)).toBe(second.pid);
    kept.client.socket.terminate();
    await Promise.all([stop(), second.stop(), again.stop()]);
  });
});

/** Opens WebSockets until one is held by this process; gives it, and the server part of its URL. */
async function openAt(
  port: number,
  backend: FixtureServer,
): Promise<{ readonly client: WebSocketClient; readonly part: string }> {
  for (let part = 100; part < 1000; part++) {
    const client = await open(port, String(part));
    if ((await askHolder(client)) === backend.pid) return { client, part: String(part) };
    client.socket.terminate();
  }
  throw new Error("Cannot reach a process: no server part leads to it");
}

/** The process that gets a new connection of this server part. */
async function holderOfNew(port: number, part: string): Promise<number> {
  const client = await open(port, part);
  const holder = await askHolder(client);
  client.socket.terminate();
  return holder;
}

async function open(port: number, part: string): Promise<WebSocketClient> {
  const client = await openWebSocket(port, `/echo/${part}/${randomUUID()}/websocket`);
  expect(await client.readMessage()).toBe("o");
  return client;
}

async function askHolder(client: WebSocketClient): Promise<number> {
  client.socket.send('["process"]');
  const frame = await client.readMessage();
  return Number(/^a\["(\d+)"\]$/.exec(frame)?.[1]);
}
