import { processSignals, rebuiltRequestError, type Runtime } from "@sockjs-fetch/core/adapter";
import { bunScope, type BunServer } from "./bun.ts";
import { directBody, LARGE_BODY, wholeBody } from "./direct-body.ts";
import { sharedState } from "./shared-state.ts";
import { BunSocketSink } from "./socket.ts";

/** Bun's part of a server: its server object, which `fetch` gets after the request, does everything. */
export const BUN_RUNTIME: Runtime = {
  abortSignal: (request) => request.signal,
  signals: processSignals(bunScope().process),
  upgrade(request, args, listener) {
    const server = findServer(args);
    if (server === undefined) throw new Error(NO_SERVER);
    const { servers, handlersGiven } = sharedState();
    // Looked at before: a WebSocket that opens with other handlers is out of reach, and would stay silent.
    if (!servers.has(server) && !handlersGiven) throw new Error(OTHER_HANDLERS);
    const sink = new BunSocketSink(listener);
    if (tryUpgrade(server, request, sink)) {
      if (!sink.isOpen) throw new Error(OTHER_HANDLERS);
    } else if (request.signal.aborted) {
      listener.interrupted();
    } else {
      throw rebuiltRequestError("Bun");
    }
    return undefined;
  },
  unreadChunks: "joined",
  atEndOfTurn: (callback) => bunScope().setImmediate(callback),
  streamBody: directBody,
  wholeBody: (content) => (content.length > LARGE_BODY ? wholeBody(content) : content),
  remoteAddress: (request, args) => findServer(args)?.requestIP(request)?.address,
  // Bun ends a response that is idle for 10 s (its `idleTimeout`), a SockJS heartbeat comes after 25 s.
  liftTimeout: (request, args) => findServer(args)?.timeout(request, 0),
};

const NO_SERVER =
  "Cannot upgrade to a WebSocket: Bun's server is missing. Pass what `fetch` gets after the request on to the SockJS server " +
  "(in Hono: `server.fetch(c.req.raw, c.env)`)";
const OTHER_HANDLERS =
  "Cannot upgrade to a WebSocket: Bun's server has no WebSocket handlers of this package. Use this package's `serve`, call " +
  "`Bun.serve` by this name and after `sockjs()`, or give it `websocket: createWebSocketHandlers()` of this package (your " +
  "own handlers, if any, are its argument)";

function tryUpgrade(server: BunServer, request: Request, data: BunSocketSink): boolean {
  try {
    // SockJS has no subprotocols; left alone, Bun would choose the first that is offered.
    const headers = { "Sec-WebSocket-Protocol": "", ...data.listener.settings.headers };
    return server.upgrade(request, { data, headers });
  } catch (cause) {
    throw new Error(OTHER_HANDLERS, { cause });
  }
}

function findServer(args: readonly unknown[]): BunServer | undefined {
  return args.find(isServer);
}

function isServer(value: unknown): value is BunServer {
  return (
    typeof value === "object" &&
    value !== null &&
    "upgrade" in value &&
    "requestIP" in value &&
    "timeout" in value
  );
}
