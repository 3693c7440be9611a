import { buildFrame, TEXT } from "@sockjs-fetch/tests/harness/websocket-frames";
import { openWebSocket } from "./websocket-echo.ts";
import { expectSame, openMany, type OpenLoad } from "./workload.ts";

/**
 * One WebSocket sends `atOnce` messages in one write, the server sends each to every connection; the next ones follow when all
 * have them.
 */
export function fanOut(connectionCount: number, atOnce = 1): OpenLoad {
  return async (server, message) => {
    const { encode, answer, answerSize } = server.server.dialect.websocket;
    const frame = buildFrame(TEXT, encode(message));
    const batch = Buffer.concat(Array.from({ length: atOnce }, () => frame));
    const sockets = await openMany(connectionCount, () => openWebSocket(server));
    const sender = sockets[0];

    const received = await new Promise<string[]>((resolve) => {
      const texts: string[] = [];
      for (const socket of sockets) {
        socket.onMessage = (_size, text) => {
          if (texts.push(text) === sockets.length) resolve(texts);
        };
      }
      sender?.write(frame);
    });
    for (const text of received) expectSame("delivery", text, answer(message));
    for (const socket of sockets) socket.keepTexts = false;

    const { fixed, each } = answerSize(message);
    const run = (durationMs: number): Promise<number> =>
      new Promise((resolve) => {
        const deadline = performance.now() + durationMs;
        let count = 0;
        const deliveries = sockets.length * atOnce;
        let missing = deliveries;
        const countDelivery = (size: number): void => {
          const messages = (size - fixed) / each;
          if (!Number.isInteger(messages)) expectSame("size of a delivery", size, fixed + each);
          missing -= messages;
          if (missing > 0) return;
          expectSame("number of deliveries", missing, 0);
          missing = deliveries;
          count += deliveries;
          if (performance.now() < deadline) sender?.write(batch);
          else resolve(count);
        };
        for (const socket of sockets) socket.onMessage = countDelivery;
        sender?.write(batch);
      });

    return { run, close: () => sockets.forEach((socket) => socket.close()) };
  };
}
