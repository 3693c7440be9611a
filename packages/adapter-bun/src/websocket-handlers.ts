import type { BunSocket, BunWebSocketHandlers } from "./bun.ts";
import { sharedState } from "./shared-state.ts";
import type { BunSocketSink } from "./socket.ts";

/**
 * The `websocket` for a `Bun.serve` called by hand: each event goes to the SockJS connection it belongs to, and those of
 * other WebSockets to the application's own handlers, if given.
 */
export function createWebSocketHandlers(others?: BunWebSocketHandlers): BunWebSocketHandlers {
  sharedState().handlersGiven = true;
  return joinHandlers(others);
}

/** As {@link createWebSocketHandlers}, for a server that is known to be ours. */
export function joinHandlers(others?: BunWebSocketHandlers): BunWebSocketHandlers {
  const handlers: BunWebSocketHandlers = {
    open(socket) {
      const sink = sinkOf(socket);
      if (sink === undefined) others?.open?.(socket);
      else sink.open(socket);
    },
    message(socket, message) {
      const sink = sinkOf(socket);
      if (sink === undefined) {
        others?.message(socket, message);
        return;
      }
      sink.heard();
      if (typeof message === "string") sink.listener.message(message);
      else sink.listener.binary();
    },
    drain(socket) {
      const sink = sinkOf(socket);
      if (sink === undefined) others?.drain?.(socket);
      else sink.drain();
    },
    close(socket, code, reason) {
      const sink = sinkOf(socket);
      if (sink === undefined) others?.close?.(socket, code, reason);
      else sink.closed(code, reason);
    },
    ping(socket, data) {
      const sink = sinkOf(socket);
      if (sink === undefined) others?.ping?.(socket, data);
      else sink.heard();
    },
    pong(socket, data) {
      const sink = sinkOf(socket);
      if (sink === undefined) others?.pong?.(socket, data);
      else sink.heard();
    },
  };
  if (others !== undefined) return { ...others, ...handlers };
  return {
    ...handlers,
    maxPayloadLength: sharedState().maxPayload || DEFAULT_MAX_PAYLOAD,
    // The core holds its messages back at 64 KiB: what is above is one frame, which must not be dropped.
    backpressureLimit: BACKPRESSURE_LIMIT,
    closeOnBackpressureLimit: false,
    // The core pings by itself and cuts whoever does not answer.
    idleTimeout: 0,
    sendPings: false,
    perMessageDeflate: false,
  };
}

const DEFAULT_MAX_PAYLOAD = 16_777_216; // Bun's own
const BACKPRESSURE_LIMIT = 1_073_741_824;

function sinkOf({ data }: BunSocket): BunSocketSink | undefined {
  // Not by `instanceof`: the class of another copy of this module is another class.
  const isOurs = typeof data === "object" && data !== null && "isSockJS" in data;
  return isOurs ? (data as BunSocketSink) : undefined;
}
