import { processSignals, type Runtime } from "@sockjs-fetch/core/adapter";
import { createAcceptor } from "../socket/acceptor.ts";
import { findNodeEnv } from "./node-env.ts";

/** Makes Node's part of one server: WebSockets by the `ws` package, and the address of the socket. */
export function createNodeRuntime(): Runtime {
  const accept = createAcceptor();
  return {
    abortSignal: (request) => request.signal,
    losesSignals: true,
    signals: processSignals(process),
    atEndOfTurn: (callback) => void setImmediate(callback),
    upgrade(request, args, listener) {
      const env = findNodeEnv(request, args);
      const pending = env?.upgrade;
      if (env === undefined || pending === undefined) throw new Error(CANNOT_UPGRADE);
      pending.done = true; // also when the browser has gone: nothing is left to write
      accept(env.incoming, pending.socket, pending.head, listener);
      return undefined;
    },
    remoteAddress: (request, args) => findNodeEnv(request, args)?.incoming.socket.remoteAddress,
  };
}

const CANNOT_UPGRADE =
  "Cannot upgrade to a WebSocket: the upgrade did not come through this package. Use its `serve`, or `attach(httpServer, " +
  "server)`, and pass what `fetch` gets after the request on to the SockJS server (in Hono: `server.fetch(c.req.raw, c.env)`)";
