import { describe, expect, test } from "vitest";
import type { ProcessStats } from "../fixtures/stats-service.ts";
import type { Failure } from "../fixtures/rejecting-services.ts";
import { EVENT_DEADLINE_MS, within } from "../harness/deadline.ts";
import { request } from "../harness/request.ts";
import { newSession, openSession, poll, send } from "../harness/session.ts";
import { openWebSocket } from "../harness/websocket-client.ts";
import { useFaultServer } from "./fault-server.ts";

const server = useFaultServer();

/** What has reached `onError` since the last call, without repetitions. */
async function failures(): Promise<readonly Failure[]> {
  const response = await fetch(`http://127.0.0.1:${server().port}/failures`);
  const all = (await response.json()) as readonly Failure[]; // the fixture's
  return [...new Map(all.map((failure) => [failure.message, failure])).values()];
}

async function stats(): Promise<ProcessStats> {
  const response = await fetch(`http://127.0.0.1:${server().port}/stats`);
  return (await response.json()) as ProcessStats; // the fixture's
}

describe.sequential("a function that rejects where a value is due", () => {
  test("as `origins` refuses and is reported, on HTTP and on WebSockets", async () => {
    const { port } = server();
    const session = newSession("/rejecting-origins");
    const headers = { Origin: "http://elsewhere.example" };
    const polled = await request(port, `${session}/xhr`, { method: "POST", headers });
    const opened = openWebSocket(port, `${session}/websocket`, { headers });

    await expect(opened).rejects.toThrow("403");
    expect([polled.status, await failures()]).toEqual([
      403,
      [
        {
          code: "ERR_SOCKJS_AUTHORIZE",
          message: 'Cannot judge origin: option "origins" returned a promise',
          cause:
            'Expected true or false (what has to be waited for belongs into "authorize"), not a promise',
        },
      ],
    ]);
  });

  test("as `jsessionid` refuses and is reported", async () => {
    const { port } = server();
    const polled = await request(port, `${newSession("/rejecting-cookie")}/xhr`, {
      method: "POST",
    });

    expect([polled.status, await failures()]).toEqual([
      500,
      [
        {
          code: "ERR_SOCKJS_CALLBACK",
          message: 'Cannot set cookie: option "jsessionid" returned a promise',
          cause: "Expected a string, not a promise",
        },
      ],
    ]);
  });

  test("as the function of `multiplex` refuses the channel and is reported", async () => {
    const { port } = server();
    const session = await openSession(port, "/rejecting-channels");
    await send(port, session, "sub,ann");
    await send(port, session, "msg,ann,a");

    expect(await failures()).toEqual([
      {
        code: "ERR_SOCKJS_CALLBACK",
        message: "Cannot open channel: the function given to multiplex() returned a promise",
        cause: "Expected a handler, or undefined to refuse the channel, not a promise",
      },
    ]);
  });

  test("as `log` or `onError` is ignored", async () => {
    const { port } = server();
    const session = await openSession(port, "/rejecting-log");
    await send(port, session, "a");
    const answered = await poll(port, session);
    const failing = newSession("/rejecting-hooks");
    const frames = [await poll(port, failing), await poll(port, failing)];

    expect([answered, frames]).toEqual(['a["a"]\n', ["o\n", 'c[1011,"Internal error"]\n']]);
  });
});

const CHAIN_LENGTH = 1500;

describe.sequential("a chain of `close` hooks", () => {
  test.each(["/chain-of-overloads", "/chain-of-closes"])(
    `%s goes through ${CHAIN_LENGTH} WebSockets, each of which is gone after it`,
    async (service) => {
      const { port } = server();
      const before = await stats();
      const clients = [];
      for (let count = 0; count < CHAIN_LENGTH; count += 100) {
        const some = Array.from({ length: 100 }, () => openWebSocket(port, `${service}/websocket`));
        clients.push(...(await Promise.all(some)));
      }
      const opened = await stats();
      clients[0]?.socket.send("start");
      const gone = async (): Promise<ProcessStats> => {
        for (;;) {
          const now = await stats();
          if (now.open <= before.open) return now;
        }
      };
      const after = await within(gone(), EVENT_DEADLINE_MS, "the end of the chain");
      for (const { socket } of clients) socket.terminate();

      expect([opened.open - before.open, after.open - before.open]).toEqual([CHAIN_LENGTH, 0]);
    },
    30_000,
  );
});
