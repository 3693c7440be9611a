import { among } from "./workloads/among.ts";
import { fanOut } from "./workloads/fan-out.ts";
import { IDLE_POLLING, IDLE_WEBSOCKET } from "./workloads/idle.ts";
import { pollingOpening, websocketOpening } from "./workloads/opening.ts";
import { polling } from "./workloads/polling.ts";
import { streaming } from "./workloads/streaming.ts";
import { websocketEcho } from "./workloads/websocket-echo.ts";
import type { Workload } from "./workloads/workload.ts";

const SMALL = 32;
const LARGE = 16 * 1024;
const SIZES = [SMALL, LARGE];

/** Sessions that are open, to see how the cost of a message grows with them. */
const CROWDS = [100, 10_000];

/** WebSockets and HTTP sessions of busy servers, each with a message in flight at all times. */
const BUSY_SOCKETS = [64, 512];
const BUSY_SESSIONS = [32, 256];

const FAN_OUT = {
  node: { floor: 0.6, sockjsNode: 2 },
  bun: { floor: 1.1 }, // of Bun's own `publish`
  deno: {},
};

/** For rows that are there to be compared with themselves, before and after a change. */
const NO_TARGETS = { node: {}, bun: {}, deno: {} };

/** Every kind of work, in the order of the table. `sessions` is the number of HTTP sessions at work at the same time. */
export function createWorkloads(sessions: number): readonly Workload[] {
  return [
    {
      name: "ws-echo-1",
      title: "WebSocket echo, 1 in flight",
      unit: "message",
      mode: "echo",
      sizes: SIZES,
      targets: onAll(1.15, 1.5),
      open: websocketEcho({ inFlight: 1, sockets: 1 }),
    },
    {
      name: "ws-echo-16",
      title: "WebSocket echo, 16 in flight",
      unit: "message",
      mode: "echo",
      sizes: SIZES,
      targets: { ...onAll(1.5, 1.5), bun: { floor: 2.5 } },
      open: websocketEcho({ inFlight: 16, sockets: 1 }),
    },
    {
      name: "xhr-polling",
      title: "xhr-polling, there and back",
      unit: "message",
      mode: "echo",
      sizes: SIZES,
      targets: onAll(1.2, 2), // 2.4 bare POSTs; the floor's message takes two
      open: polling(sessions),
    },
    {
      name: "xhr-streaming",
      title: "xhr-streaming, there and back",
      unit: "message",
      mode: "echo",
      sizes: SIZES,
      targets: onAll(1.6, 2),
      open: streaming("xhr-streaming", sessions),
    },
    {
      name: "eventsource",
      title: "eventsource, there and back",
      unit: "message",
      mode: "echo",
      sizes: SIZES,
      targets: onAll(1.6, 2),
      open: streaming("eventsource", sessions),
    },
    {
      name: "fan-out-500",
      title: "Broadcast to 500 WebSockets",
      unit: "delivery",
      mode: "broadcast",
      sizes: SIZES,
      targets: FAN_OUT,
      connections: 500,
      open: fanOut(500),
    },
    {
      name: "fan-out-500-by-8",
      title: "Broadcast to 500 WebSockets, 8 at once",
      unit: "delivery",
      mode: "broadcast",
      sizes: SIZES,
      targets: FAN_OUT,
      open: fanOut(500, 8),
    },
    {
      name: "fan-out-5000",
      title: "Broadcast to 5000 WebSockets",
      unit: "delivery",
      mode: "broadcast",
      sizes: SIZES,
      targets: FAN_OUT,
      connections: 5000,
      open: fanOut(5000),
    },
    ...CROWDS.map((count): Workload => ({
      name: `ws-echo-among-${count}`,
      title: `WebSocket echo, 1 in flight, among ${count} sessions`,
      unit: "message",
      mode: "echo",
      sizes: [SMALL],
      targets: onAll(1.15),
      connections: count,
      open: among(count, IDLE_WEBSOCKET, websocketEcho({ inFlight: 1, sockets: 1 })),
    })),
    ...CROWDS.map((count): Workload => ({
      name: `xhr-polling-among-${count}`,
      title: `xhr-polling, there and back, among ${count} sessions`,
      unit: "message",
      mode: "echo",
      sizes: [SMALL],
      targets: onAll(1.2),
      connections: count + 2 * sessions,
      open: among(count, IDLE_POLLING, polling(sessions)),
    })),
    ...BUSY_SOCKETS.map((count): Workload => ({
      name: `ws-echo-busy-${count}`,
      title: `WebSocket echo, busy, ${count} sockets with 1 in flight each`,
      unit: "message",
      mode: "echo",
      sizes: [SMALL],
      targets: NO_TARGETS,
      connections: count,
      open: websocketEcho({ inFlight: 1, sockets: count }),
    })),
    ...BUSY_SESSIONS.flatMap((count) => busySessions(count)),
    {
      name: "open-websocket",
      title: "Session opening by WebSocket",
      unit: "session",
      mode: "opening",
      sizes: [0],
      targets: onAll(1.2),
      open: websocketOpening,
    },
    {
      name: "open-xhr-polling",
      title: "Session opening by xhr-polling",
      unit: "session",
      mode: "opening",
      sizes: [0],
      targets: onAll(1.2),
      open: pollingOpening,
    },
  ];
}

/** As many HTTP sessions at work at the same time, by each transport. */
function busySessions(count: number): Workload[] {
  const loads = {
    "xhr-polling": polling(count),
    "xhr-streaming": streaming("xhr-streaming", count),
    eventsource: streaming("eventsource", count),
  };
  return Object.entries(loads).map(([transport, open]) => ({
    name: `${transport}-busy-${count}`,
    title: `${transport}, there and back, busy, ${count} sessions`,
    unit: "message",
    mode: "echo",
    sizes: [SMALL],
    targets: NO_TARGETS,
    connections: 2 * count,
    open,
  }));
}

/** The same on every runtime; sockjs-node runs on Node alone. */
function onAll(floor: number, sockjsNode?: number): Workload["targets"] {
  const node = sockjsNode === undefined ? { floor } : { floor, sockjsNode };
  return { node, bun: { floor }, deno: { floor } };
}
