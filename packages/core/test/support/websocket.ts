import type { Options } from "../../src/options/options.ts";
import type { Handler } from "../../src/connection/connection.ts";
import { createServer, type Server } from "../../src/server.ts";
import type { SocketListener } from "../../src/seam/socket.ts";
import { RecordedSink } from "./recorded-sink.ts";

/** Headers of a correct opening handshake. */
export const HANDSHAKE: Readonly<Record<string, string>> = {
  upgrade: "websocket",
  connection: "Upgrade",
  "sec-websocket-key": "dGhlIHNhbXBsZSBub25jZQ==",
  "sec-websocket-version": "13",
};

/** A server on a runtime that upgrades to recorded sinks. */
export interface WebSocketFixture<Context> {
  readonly server: Server<Context>;
  /** What the runtime was given with each upgrade. */
  readonly listeners: SocketListener[];
  request(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  /** Opens a WebSocket on that sink. */
  open(path?: string, sink?: RecordedSink): Promise<OpenWebSocket>;
}

interface OpenWebSocket {
  readonly sink: RecordedSink;
  readonly listener: SocketListener;
}

/** Makes a server whose runtime has WebSockets. */
export function createWebSocketServer<Context = undefined>(
  handler: Handler<Context>,
  options: Options<Context> = {},
): WebSocketFixture<Context> {
  const listeners: SocketListener[] = [];
  const server = createServer(handler, options, {
    upgrade(_request, _args, listener) {
      listeners.push(listener);
      return new Response(null, { status: 200 }); // 101 cannot be made everywhere
    },
  });
  const request = async (path: string, headers = HANDSHAKE): Promise<Response> =>
    server.fetch(new Request(`http://localhost${path}`, { headers: { ...headers } }));
  return {
    server,
    listeners,
    request,
    async open(path = "/000/s1/websocket", sink = new RecordedSink()) {
      await request(path);
      const listener = listeners.at(-1);
      if (listener === undefined) throw new Error("The runtime was not asked to upgrade");
      listener.start(sink);
      return { sink, listener };
    },
  };
}
