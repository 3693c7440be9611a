import type { StreamingSession, StreamingTransport } from "../dialects/dialect.ts";
import { HttpConnection } from "../driver/http-connection.ts";
import type { ServerProcess } from "../system/server-process.ts";
import { expectSame, nextSessionId, openMany, SAMPLES, type OpenLoad } from "./workload.ts";

/** One session: a connection with its open stream, and one that sends. */
interface Streamer {
  readonly session: StreamingSession;
  readonly receiver: HttpConnection;
  readonly sender: HttpConnection;
}

/** A message there by a send and back as a chunk of an open stream, in every session by itself. */
export function streaming(transport: StreamingTransport, sessionCount: number): OpenLoad {
  return async (server, message) => {
    if (server.server.dialect.streaming(transport, "", "") === undefined) return undefined;
    const streamers = await openMany(sessionCount, () => openStreamer(server, transport, message));
    for (const streamer of streamers) await compareAnswers(streamer);

    const run = (durationMs: number): Promise<number> =>
      new Promise((resolve) => {
        const deadline = performance.now() + durationMs;
        let count = 0;
        let running = streamers.length;
        for (const { session, receiver, sender } of streamers) {
          let answers = 0;
          const countAnswer = (): void => {
            answers += 1;
            if (answers < 2) return;
            answers = 0;
            count += 1;
            if (performance.now() < deadline) sender.write(session.send);
            else if ((running -= 1) === 0) resolve(count);
          };
          receiver.onChunk = (size) => {
            if (size !== session.frame.length)
              expectSame("size of a chunk", size, session.frame.length);
            countAnswer();
          };
          sender.onEnd = (status) => {
            if (status !== 204) expectSame("status of a send", status, 204);
            countAnswer();
          };
          sender.write(session.send);
        }
      });

    return { run, reconnect: () => run(0), close: () => streamers.forEach(closeStreamer) };
  };
}

/** Opens a streaming session and waits for everything that comes before the first message. */
async function openStreamer(
  server: ServerProcess,
  transport: StreamingTransport,
  message: string,
): Promise<Streamer> {
  const session = server.server.dialect.streaming(transport, nextSessionId(), message);
  if (session === undefined)
    throw new Error(`Cannot open a stream: "${server.server.name}" has no ${transport}`);
  const receiver = await HttpConnection.open(server.port);
  const sender = await HttpConnection.open(server.port);
  receiver.onEnd = () => expectSame("stream", "ended", "open");
  let opening = "";
  await new Promise<void>((resolve) => {
    receiver.onChunk = (_size, text) => {
      opening += text;
      if (opening.length >= session.opening.length) resolve();
    };
    receiver.write(session.open);
  });
  expectSame("beginning of a stream", opening, session.opening);
  return { session, receiver, sender };
}

async function compareAnswers({ session, receiver, sender }: Streamer): Promise<void> {
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const chunk = new Promise<string>(
      (resolve) => (receiver.onChunk = (_size, text) => resolve(text)),
    );
    const sent = await sender.exchange(session.send);
    expectSame("status of a send", sent.status, 204);
    expectSame("chunk of a stream", await chunk, session.frame);
  }
  receiver.keepBodies = sender.keepBodies = false;
}

function closeStreamer({ receiver, sender }: Streamer): void {
  receiver.close();
  sender.close();
}
