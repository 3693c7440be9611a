import { expect, test } from "vitest";
import { openSession } from "../harness/session.ts";
import { openWebSocket, type WebSocketClient } from "../harness/websocket-client.ts";
import { useFaultServer } from "./fault-server.ts";

// Of this service heartbeatDelay is 500 ms, pongTimeout and disconnectDelay are 1000 ms: all shorter than the standstill.
const SERVICE = "/stalled";
const STANDSTILL_MS = 2000;
const COUNT = 30;
const PAUSE_MS = 200; // between two polls; pongs take longer

const server = useFaultServer();

function later(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

/** A WebSocket that answers a ping after a while, so that a server can stand still before it has the answer. */
async function openSlowPeer(index: number): Promise<WebSocketClient> {
  const path = `${SERVICE}/000/${index}/websocket`;
  const client = await openWebSocket(server().port, path, { autoPong: false });
  client.socket.on("ping", () => setTimeout(() => client.socket.pong(), 2 * PAUSE_MS));
  return client;
}

/** Without a deadline: the answer may come only after the standstill. */
function post(path: string, body?: string): Promise<Response> {
  return fetch(`http://127.0.0.1:${server().port}${path}`, { method: "POST", body: body ?? null });
}

/** Polls on and on; resolves with the first frame that is no heartbeat. Calls back when a heartbeat has ended a poll. */
async function pollOn(session: string, onHeartbeat: () => void): Promise<string> {
  for (;;) {
    const frame = await post(`${session}/xhr`).then((response) => response.text());
    if (frame !== "h\n") return frame;
    onHeartbeat();
    await later(PAUSE_MS);
  }
}

test.each([
  {
    how: "a hook blocks",
    stop: ({ socket }: WebSocketClient): void =>
      socket.send(JSON.stringify([`block ${STANDSTILL_MS}`])),
  },
  {
    how: "a signal stops the process",
    stop: (): void => {
      process.kill(server().pid, "SIGSTOP");
      setTimeout(() => process.kill(server().pid, "SIGCONT"), STANDSTILL_MS);
    },
  },
])("nobody is lost while $how for longer than all delays", async ({ stop }) => {
  const indexes = Array.from({ length: COUNT }, (_, index) => index);
  const peers = await Promise.all(indexes.map(openSlowPeer));
  const sessions = await Promise.all(indexes.map(() => openSession(server().port, SERVICE)));
  let onHeartbeat = (): void => {};
  const beaten = new Promise<void>((resolve) => (onHeartbeat = resolve));
  const polls = sessions.map((session) => pollOn(session, onHeartbeat));
  const [first] = peers;
  if (first === undefined) throw new Error("No peers");
  await beaten; // all polls end with it, and wait to be accepted when they come again; pings are under way most of the time
  stop(first);
  await later(STANDSTILL_MS + 1500); // whoever is lost is lost by then
  for (const { socket } of peers) socket.send('["close 4000 found"]');
  const ends = await Promise.all(peers.map((peer) => peer.readEnd()));
  expect(ends).toEqual(indexes.map(() => ({ code: 4000, reason: "found" })));
  const closings = sessions.map((session) => sendClose(session));
  await Promise.all(closings);
  expect(await Promise.all(polls)).toEqual(indexes.map(() => 'c[4000,"found"]\n'));
});

async function sendClose(session: string): Promise<void> {
  const { status } = await post(`${session}/xhr_send`, '["close 4000 found"]');
  expect(status).toBe(204);
}
