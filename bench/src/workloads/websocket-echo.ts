import { RawWebSocket } from "../driver/raw-websocket.ts";
import { buildFrame, TEXT } from "@sockjs-fetch/tests/harness/websocket-frames";
import type { ServerProcess } from "../system/server-process.ts";
import { expectSame, nextSessionId, openMany, SAMPLES, type OpenLoad } from "./workload.ts";

export interface WebSocketEchoOptions {
  /** Messages sent in one write; the next write waits until all of them have come back. */
  readonly inFlight: number;
  /** WebSockets that do so at the same time. */
  readonly sockets: number;
}

/** Sends messages and waits until they have come back, on each WebSocket by itself. */
export function websocketEcho({ inFlight, sockets: socketCount }: WebSocketEchoOptions): OpenLoad {
  return async (server, message) => {
    const { encode, answer, answerSize } = server.server.dialect.websocket;
    const frame = buildFrame(TEXT, encode(message));
    const batch = Buffer.concat(Array.from({ length: inFlight }, () => frame));
    const sockets = await openMany(socketCount, () => openWebSocket(server));
    for (const socket of sockets) await compareAnswers(socket, frame, answer(message));
    const size = answerSize(message);

    const run = (durationMs: number): Promise<number> =>
      new Promise((resolve) => {
        const deadline = performance.now() + durationMs;
        let count = 0;
        let running = sockets.length;
        for (const socket of sockets) {
          let missing = inFlight;
          socket.onMessage = (payloadSize) => {
            const messages = (payloadSize - size.fixed) / size.each;
            if (!Number.isInteger(messages))
              expectSame("size of an answer", payloadSize, size.fixed + size.each);
            missing -= messages;
            if (missing > 0) return;
            expectSame("number of answers", missing, 0);
            count += inFlight;
            missing = inFlight;
            if (performance.now() < deadline) socket.write(batch);
            else if ((running -= 1) === 0) resolve(count);
          };
          socket.write(batch);
        }
      });

    return { run, close: () => sockets.forEach((socket) => socket.close()) };
  };
}

/** Opens a session by WebSocket. */
export function openWebSocket(server: ServerProcess): Promise<RawWebSocket> {
  const { path, opening } = server.server.dialect.websocket;
  return RawWebSocket.open(server.port, path(nextSessionId()), opening);
}

async function compareAnswers(socket: RawWebSocket, frame: Buffer, answer: string): Promise<void> {
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const text = await new Promise<string>((resolve) => {
      socket.onMessage = (_size, received) => resolve(received);
      socket.write(frame);
    });
    expectSame("echo", text, answer);
  }
  socket.keepTexts = false;
}
