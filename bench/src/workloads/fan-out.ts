import { buildFrame, TEXT } from "../driver/websocket-frames.ts";
import { openWebSocket } from "./websocket-echo.ts";
import { expectSame, openMany, type OpenLoad } from "./workload.ts";

/** One WebSocket sends a message, the server sends it to every connection; the next one follows when all have it. */
export function fanOut(connectionCount: number): OpenLoad {
  return async (server, message) => {
    const { encode, answer, answerSize } = server.server.dialect.websocket;
    const frame = buildFrame(TEXT, encode(message));
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
        let missing = sockets.length;
        const countDelivery = (size: number): void => {
          if (size !== fixed + each) expectSame("size of a delivery", size, fixed + each);
          missing -= 1;
          if (missing > 0) return;
          missing = sockets.length;
          count += sockets.length;
          if (performance.now() < deadline) sender?.write(frame);
          else resolve(count);
        };
        for (const socket of sockets) socket.onMessage = countDelivery;
        sender?.write(frame);
      });

    return { run, close: () => sockets.forEach((socket) => socket.close()) };
  };
}
