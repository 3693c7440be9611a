import type { StreamingTransport } from "../dialects/dialect.ts";
import { HttpConnection } from "../driver/http-connection.ts";
import type { ServerProcess } from "../system/server-process.ts";
import { nextSessionId } from "./workload.ts";
import { openWebSocket } from "./websocket-echo.ts";

/** A kind of session that is opened in large numbers and left alone. */
export interface IdleWorkload {
  readonly name: string;
  readonly title: string;
  /** Opens one session; it answers pings and polls again after heartbeats, as a browser would. Resolves to its end. */
  open(server: ServerProcess): Promise<() => void>;
}

export const IDLE_WORKLOADS: readonly IdleWorkload[] = [
  {
    name: "idle-websocket",
    title: "Idle sessions on WebSocket",
    open: async (server) => {
      const socket = await openWebSocket(server);
      socket.keepTexts = false;
      socket.onMessage = () => {};
      return () => socket.close();
    },
  },
  {
    name: "idle-xhr-polling",
    title: "Idle sessions in a poll",
    open: async (server) => {
      const connection = await HttpConnection.open(server.port);
      const { park } = await server.server.dialect.openPolling(connection, nextSessionId(), "");
      connection.keepBodies = false;
      connection.onEnd = () => connection.write(park);
      connection.write(park);
      return () => connection.close();
    },
  },
  {
    name: "idle-xhr-streaming",
    title: "Idle sessions on xhr-streaming",
    open: (server) => openIdleStream(server, "xhr-streaming"),
  },
];

async function openIdleStream(
  server: ServerProcess,
  transport: StreamingTransport,
): Promise<() => void> {
  const session = server.server.dialect.streaming(transport, nextSessionId(), "");
  if (session === undefined) return () => {};
  const connection = await HttpConnection.open(server.port);
  let size = 0;
  await new Promise<void>((resolve) => {
    connection.onChunk = (_size, text) => {
      size += text.length;
      if (size >= session.opening.length) resolve();
    };
    connection.write(session.open);
  });
  connection.keepBodies = false;
  connection.onChunk = () => {};
  return () => connection.close();
}
