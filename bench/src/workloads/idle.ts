import type { StreamingTransport, WebSocketDialect } from "../dialects/dialect.ts";
import { HttpConnection } from "../driver/http-connection.ts";
import type { RawWebSocket } from "../driver/raw-websocket.ts";
import { buildFrame, TEXT } from "@sockjs-fetch/tests/harness/websocket-frames";
import type { ServerProcess } from "../system/server-process.ts";
import { nextSessionId } from "./workload.ts";
import { openWebSocket } from "./websocket-echo.ts";

/** A kind of session that is opened in large numbers and left alone. */
export interface IdleWorkload {
  readonly name: string;
  readonly title: string;
  /**
   * Opens one session; it answers pings and polls again after heartbeats, as a browser would. Resolves to its end, or to
   * undefined where the server has no such thing.
   */
  open(server: ServerProcess): Promise<(() => void) | undefined>;
}

export const IDLE_WEBSOCKET: IdleWorkload = {
  name: "idle-websocket",
  title: "Idle sessions on WebSocket",
  open: async (server) => {
    const socket = await openWebSocket(server);
    answerHeartbeats(socket, server.server.dialect.websocket);
    return () => socket.close();
  },
};

export const IDLE_POLLING: IdleWorkload = {
  name: "idle-xhr-polling",
  title: "Idle sessions in a poll",
  open: async (server) => {
    const connection = await HttpConnection.open(server.port);
    const { idle } = await server.server.dialect.openPolling(connection, nextSessionId(), "");
    connection.keepBodies = false;
    let requests = 0;
    const requestNext = (): void => {
      const request = idle[requests % idle.length];
      requests += 1;
      if (request !== undefined) connection.write(request);
    };
    connection.onEnd = requestNext;
    requestNext();
    return () => connection.close();
  },
};

export const IDLE_WORKLOADS: readonly IdleWorkload[] = [
  IDLE_WEBSOCKET,
  IDLE_POLLING,
  {
    name: "idle-xhr-streaming",
    title: "Idle sessions on xhr-streaming",
    open: (server) => openIdleStream(server, "xhr-streaming"),
  },
];

function answerHeartbeats(socket: RawWebSocket, { heartbeat }: WebSocketDialect): void {
  socket.keepTexts = heartbeat !== undefined;
  const pong = heartbeat === undefined ? undefined : buildFrame(TEXT, heartbeat.pong);
  socket.onMessage = (_size, text) => {
    if (pong !== undefined && text === heartbeat?.ping) socket.write(pong);
  };
}

async function openIdleStream(
  server: ServerProcess,
  transport: StreamingTransport,
): Promise<(() => void) | undefined> {
  const session = server.server.dialect.streaming(transport, nextSessionId(), "");
  if (session === undefined) return undefined;
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
