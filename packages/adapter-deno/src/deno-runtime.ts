import { rebuiltRequestError, type Runtime } from "@sockjs-fetch/core/adapter";
import { deno, denoScope, type DenoServeInfo } from "./deno.ts";
import { isOriginalRequest } from "./original-request.ts";
import { DENO_SIGNALS } from "./signals.ts";
import { bindWebSocket } from "./socket.ts";

/**
 * A peer that sends a large message is silent until all of it has come, one that receives a large message answers no ping before
 * it has all of it, and after a process has stood still Deno judges by pongs that it has not read. All three are rarely longer.
 */
const LEAST_IDLE_S = 120;

/** Deno's part of a server. */
export const DENO_RUNTIME: Runtime = {
  signals: DENO_SIGNALS,
  isGone: () => false, // making a signal costs too much to look at each
  abortSignal: (request) => request.signal,
  upgrade(request, _args, listener) {
    if (!isOriginalRequest(request)) throw rebuiltRequestError("Deno");
    const { heartbeatDelay, pongTimeout, headers } = listener.settings;
    // Deno pings by itself, twice in this time; a peer that is silent for all of it is dropped.
    const idleTimeout = Math.max(LEAST_IDLE_S, Math.ceil((heartbeatDelay + pongTimeout) / 1000));
    const { socket, response } = deno().upgradeWebSocket(request, { idleTimeout });
    for (const [name, value] of Object.entries(headers)) response.headers.append(name, value);
    bindWebSocket(socket, listener);
    return response;
  },
  atEndOfTurn: (callback) => denoScope().setImmediate(callback),
  // Deno 2.9: https://github.com/denoland/deno/blob/v2.9.5/libs/http_h1/conn.rs, `poll_peer_closed_with`
  unreadChunks: "hoarded",
  remoteAddress: (_request, args) => args.find(isServeInfo)?.remoteAddr.hostname,
};

function isServeInfo(value: unknown): value is DenoServeInfo {
  return typeof value === "object" && value !== null && "remoteAddr" in value;
}
