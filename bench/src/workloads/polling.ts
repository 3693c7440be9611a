import type { PollingSession } from "../dialects/dialect.ts";
import { HttpConnection } from "../driver/http-connection.ts";
import type { ServerProcess } from "../system/server-process.ts";
import { expectSame, nextSessionId, openMany, SAMPLES, type OpenLoad } from "./workload.ts";

/** One session: a connection that polls, and one that sends. */
interface Poller {
  readonly session: PollingSession;
  readonly receiver: HttpConnection;
  readonly sender: HttpConnection;
}

/** A message there and back by xhr-polling: one poll, one send, and both answers, in every session by itself. */
export function polling(sessionCount: number): OpenLoad {
  return async (server, message) => {
    const pollers = await openMany(sessionCount, () => openPoller(server, message));
    for (const poller of pollers) await compareAnswers(poller);

    const run = (durationMs: number): Promise<number> =>
      new Promise((resolve) => {
        const deadline = performance.now() + durationMs;
        let count = 0;
        let running = pollers.length;
        for (const { session, receiver, sender } of pollers) {
          let answers = 0;
          const exchange = (): void => {
            receiver.write(session.poll);
            sender.write(session.send);
          };
          const countAnswer = (): void => {
            answers += 1;
            if (answers < 2) return;
            answers = 0;
            count += 1;
            if (performance.now() < deadline) exchange();
            else if ((running -= 1) === 0) resolve(count);
          };
          receiver.onEnd = (_status, size) => {
            if (size !== session.answer.length)
              expectSame("size of a poll", size, session.answer.length);
            countAnswer();
          };
          sender.onEnd = (status) => {
            if (status !== session.sendStatus)
              expectSame("status of a send", status, session.sendStatus);
            countAnswer();
          };
          exchange();
        }
      });

    return { run, reconnect: () => run(0), close: () => pollers.forEach(closePoller) };
  };
}

/** Opens a polling session with its two connections. */
async function openPoller(server: ServerProcess, message: string): Promise<Poller> {
  const receiver = await HttpConnection.open(server.port);
  const sender = await HttpConnection.open(server.port);
  return {
    session: await server.server.dialect.openPolling(receiver, nextSessionId(), message),
    receiver,
    sender,
  };
}

async function compareAnswers({ session, receiver, sender }: Poller): Promise<void> {
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const [polled, sent] = await Promise.all([
      receiver.exchange(session.poll),
      sender.exchange(session.send),
    ]);
    expectSame("poll", polled.body, session.answer);
    expectSame("status of a poll", polled.status, 200);
    expectSame("status of a send", sent.status, session.sendStatus);
  }
  receiver.keepBodies = sender.keepBodies = false;
}

function closePoller({ receiver, sender }: Poller): void {
  receiver.close();
  sender.close();
}
