import { setTimeout as delay } from "node:timers/promises";
import { HttpConnection } from "../driver/http-connection.ts";
import type { RawWebSocket } from "../driver/raw-websocket.ts";
import { BRIEF_DISCONNECT_DELAY } from "../servers/control.ts";
import type { ServerProcess } from "../system/server-process.ts";
import { openWebSocket } from "./websocket-echo.ts";
import { expectMatch, nextSessionId, openMany, type Load } from "./workload.ts";

/** Few enough that the machine's ports outlast a whole run. */
const OPENINGS_PER_RUN = 1000;

/** Opens sessions by WebSocket, connection included. They are closed after the run, outside the measurement. */
export async function websocketOpening(server: ServerProcess): Promise<Load> {
  let opened: RawWebSocket[] = [];
  const closeAll = (): void => {
    for (const socket of opened) socket.close();
    opened = [];
  };
  return {
    run: async () => {
      opened = await openMany(OPENINGS_PER_RUN, () => openWebSocket(server), 16);
      return opened.length;
    },
    settle: async () => {
      closeAll();
      await delay(BRIEF_DISCONNECT_DELAY * 1.5);
    },
    close: closeAll,
  };
}

/** Opens sessions by xhr-polling on kept-alive connections. They end by themselves, outside the measurement. */
export async function pollingOpening(server: ServerProcess): Promise<Load> {
  const connections = await openMany(16, () => HttpConnection.open(server.port));
  const openSession = async (connection: HttpConnection): Promise<void> => {
    const { request, body } = server.server.dialect.opening(nextSessionId());
    expectMatch("answer to the first poll", (await connection.exchange(request)).body, body);
  };
  return {
    run: async () => {
      const perConnection = Math.ceil(OPENINGS_PER_RUN / connections.length);
      await Promise.all(
        connections.map(async (connection) => {
          for (let opened = 0; opened < perConnection; opened += 1) await openSession(connection);
        }),
      );
      return perConnection * connections.length;
    },
    settle: () => delay(BRIEF_DISCONNECT_DELAY * 1.5),
    close: () => connections.forEach((connection) => connection.close()),
  };
}
