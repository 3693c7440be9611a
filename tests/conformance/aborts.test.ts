import { describe, expect, inject, test } from "vitest";
import { connectBytes } from "../harness/byte-connection.ts";
import { eventually, EVENT_DEADLINE_MS } from "../harness/deadline.ts";
import { newTag, readJournal } from "../harness/journal-reader.ts";
import { openReceiver, type Receiver } from "../harness/receiver.ts";
import {
  RECEIVING_TRANSPORTS,
  XHR_POLLING,
  XHR_STREAMING,
} from "../harness/receiving-transports.ts";
import { encodeHead, readAnswer, writeRequest } from "../harness/request.ts";
import { newSession, openSession, poll, send, sendPayload } from "../harness/session.ts";

const standard = inject("standardPort");
const probe = inject("probePort");

const ABORTS = ["close", "reset", "halfClose"] as const; // FIN, RST, FIN while still reading
const INTERRUPTED = 'c[1002,"Connection interrupted"]\n';

describe.each(RECEIVING_TRANSPORTS)("abort of $name", (transport) => {
  test.each(ABORTS)(
    "by %s ends the session: the application is told, a later receiver gets 1002",
    async (abort) => {
      const session = newSession("/recorded");
      const tag = newTag();
      const first = await openReceiver(probe, transport, session, `tag=${tag}`);
      await first.readFrame();
      const attached = transport.streaming ? first : await openReceiver(probe, transport, session);
      expect(await poll(probe, session)).toBe('c[2010,"Another connection still open"]\n');
      await attached.connection[abort]();
      const journal = await readJournal(probe, tag, "close");
      expect(journal.at(-1)).toEqual({
        hook: "close",
        code: 1006,
        reason: expect.any(String),
        wasClean: false,
      });
      expect((await sendPayload(probe, session, '["x"]')).status).toBe(404);
      expect(await poll(probe, session)).toBe(INTERRUPTED);
      expect(await poll(probe, session)).toBe(INTERRUPTED);
      const next = await openReceiver(probe, transport, session);
      expect(await next.readFrames()).toEqual([INTERRUPTED.trimEnd()]);
    },
  );
});

describe.each(ABORTS)("reconnecting at once after an abort by %s", (abort) => {
  describe.each(["a new connection", "an open connection"])("on %s", (which) => {
    test("never meets the aborted streaming response, 200 times in a row", async () => {
      const answers = await repeat(200, async () => {
        const session = newSession("/echo");
        const receiver = await openReceiver(standard, XHR_STREAMING, session);
        expect(await receiver.readFrame()).toBe("o");
        return reconnect(session, receiver, abort, which);
      });
      expect(answers).toEqual([[INTERRUPTED, 200]]);
    });

    test("never meets the aborted poll, 200 times in a row", async () => {
      const answers = await repeat(200, async () => {
        const session = await openSession(standard, "/echo");
        const receiver = await openReceiver(standard, XHR_POLLING, session);
        return reconnect(session, receiver, abort, which);
      });
      expect(answers).toEqual([[INTERRUPTED, 200]]);
    });
  });
});

describe("abort", () => {
  test("of a second receiver leaves the first alone", async () => {
    const session = await openSession(standard, "/echo");
    const first = await openReceiver(standard, XHR_POLLING, session);
    const second = await openReceiver(standard, XHR_STREAMING, session);
    second.connection.reset();
    await send(standard, session, "x");
    expect(await first.readFrame()).toBe('a["x"]');
  });

  test("after the end of a poll leaves the session alone", async () => {
    const session = newSession("/echo");
    const connection = await connectBytes(standard);
    await writeRequest(connection, `${session}/xhr`, { method: "POST", body: "" });
    expect((await readAnswer(connection)).body).toBe("o\n");
    connection.reset();
    await send(standard, session, "x");
    expect(await poll(standard, session)).toBe('a["x"]\n');
  });

  test("of a send in the middle of its body delivers nothing and leaves the session alone", async () => {
    const session = await openSession(standard, "/echo");
    const connection = await connectBytes(standard);
    const headers = { "Content-Length": "100" };
    const head = encodeHead(`${session}/xhr_send`, { method: "POST", headers });
    await connection.write(`${head}["cut`);
    connection.reset();
    await send(standard, session, "x");
    expect(await poll(standard, session)).toBe('a["x"]\n');
  });

  test("in the same moment as the request opens a session that closes, or none", async () => {
    const session = newSession("/recorded");
    const tag = newTag();
    const connection = await connectBytes(probe);
    await writeRequest(connection, `${session}/xhr_streaming?tag=${tag}`, { method: "POST" });
    connection.reset();
    const body = await poll(probe, session);
    expect([INTERRUPTED, "o\n"]).toContain(body);
    if (body === INTERRUPTED) {
      const journal = await readJournal(probe, tag, "close");
      expect(journal.map(({ hook }) => hook)).toEqual(["open", "close"]);
    }
  });

  test("in the middle of a large response ends the session", async () => {
    const session = newSession("/recorded");
    const tag = newTag();
    const receiver = await openReceiver(probe, XHR_STREAMING, session, `tag=${tag}`);
    await receiver.readFrame();
    await send(probe, session, "x".repeat(1_000_000));
    receiver.connection.reset();
    const journal = await readJournal(probe, tag, "close");
    expect(journal.at(-1)).toMatchObject({ hook: "close", wasClean: false });
    expect(await poll(probe, session)).toBe(INTERRUPTED);
  });

  test("is forgotten after the disconnect delay: a new session opens", async () => {
    const start = performance.now();
    const session = newSession("/short");
    const tag = newTag();
    const receiver = await openReceiver(probe, XHR_STREAMING, session, `tag=${tag}`);
    await receiver.readFrame();
    receiver.connection.close();
    await readJournal(probe, tag, "close");
    const seen = new Set<string>();
    await eventually(
      async () => {
        const body = await poll(probe, session);
        seen.add(body);
        return body === "o\n" ? body : undefined;
      },
      EVENT_DEADLINE_MS,
      "a new session",
    );
    expect([...seen]).toEqual([INTERRUPTED, "o\n"]);
    expect(performance.now() - start).toBeGreaterThan(190); // the service's disconnectDelay is 200
  });
});

/** Aborts a receiver and polls without a pause, on a connection made before or after the abort. */
async function reconnect(
  session: string,
  receiver: Receiver,
  abort: (typeof ABORTS)[number],
  which: string,
): Promise<string> {
  const open = which === "an open connection" ? await connectBytes(standard) : undefined;
  await receiver.connection[abort]();
  const next = open ?? (await connectBytes(standard));
  await writeRequest(next, `${session}/xhr`, { method: "POST", body: "" });
  const { body } = await readAnswer(next);
  next.close();
  receiver.connection.close();
  return body;
}

/** Runs an attempt so many times in a row; gives each different answer with its count. */
async function repeat(
  times: number,
  attempt: () => Promise<string>,
): Promise<readonly [string, number][]> {
  const counts = new Map<string, number>();
  for (let run = 0; run < times; run++) {
    const answer = await attempt();
    counts.set(answer, (counts.get(answer) ?? 0) + 1);
  }
  return [...counts];
}
