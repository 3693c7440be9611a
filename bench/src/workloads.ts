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
const FAN_OUT = {
  node: { floor: 0.6, sockjsNode: 2 },
  bun: { floor: 1.1 }, // of Bun's own `publish`
  deno: {},
};

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

/** The same on every runtime; sockjs-node runs on Node alone. */
function onAll(floor: number, sockjsNode?: number): Workload["targets"] {
  const node = sockjsNode === undefined ? { floor } : { floor, sockjsNode };
  return { node, bun: { floor }, deno: { floor } };
}
