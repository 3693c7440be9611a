import { describe, expect, test } from "vitest";
import { connectBytes } from "../harness/byte-connection.ts";
import { JSONP_POLLING, XHR_POLLING, XHR_STREAMING } from "../harness/receiving-transports.ts";
import { openReceiver } from "../harness/receiver.ts";
import { encodeHead, readAnswer, request } from "../harness/request.ts";
import { newSession, poll } from "../harness/session.ts";
import { useFaultServer } from "./fault-server.ts";

const server = useFaultServer();

/** How a session is closed by our side, by what its open hook does, and what its browser is to be told. */
const CAUSES = [
  { cause: "a close", open: "close 4001 denied", frame: 'c[4001,"denied"]' },
  { cause: "a hook that throws", open: "throw", frame: 'c[1011,"Internal error"]' },
  { cause: "a hook that rejects", open: "reject", frame: 'c[1011,"Internal error"]' },
  {
    cause: "an overload",
    open: "repeat 17000000 x",
    frame: 'c[1013,"Too much data waiting"]',
  },
] as const;

const SENDING = [
  { segment: "xhr_send", accepted: { status: 204, body: "" } },
  { segment: "jsonp_send", accepted: { status: 200, body: "ok" } },
] as const;

type Sending = (typeof SENDING)[number];

async function sendBy(session: string, { segment }: Sending): Promise<object> {
  const path = `${session}/${segment}`;
  const parts = { method: "POST", body: '["hello"]' };
  const { status, body } = await request(server().port, path, parts);
  return { status, body };
}

describe.each(CAUSES)("after $cause", ({ open, frame }) => {
  describe.each([XHR_POLLING, JSONP_POLLING])("by $name", (transport) => {
    test.each(SENDING)("$segment is accepted until the browser has been told", async (sending) => {
      const session = newSession("/roomy");
      const first = await openReceiver(server().port, transport, session, openQuery(open));
      expect(await first.readFrame()).toBe("o");
      const answers = [await sendBy(session, sending), await sendBy(session, sending)];
      const second = await openReceiver(server().port, transport, session);
      expect([answers, await second.readFrame()]).toEqual([
        [sending.accepted, sending.accepted],
        frame,
      ]);
      expect(await sendBy(session, sending)).toMatchObject({ status: 404 });
    });
  });

  test.each(SENDING)(
    "$segment whose body still came when the browser was told is accepted",
    async (sending) => {
      const session = newSession("/roomy");
      const first = await openReceiver(server().port, XHR_POLLING, session, openQuery(open));
      expect(await first.readFrame()).toBe("o");
      const finish = await beginSend(session, sending);
      const second = await openReceiver(server().port, XHR_POLLING, session);
      expect(await second.readFrame()).toBe(frame);
      expect(await finish()).toBe(sending.accepted.status);
    },
  );
});

test.each(SENDING)(
  "$segment whose body still came when our side closed is accepted",
  async (sending) => {
    const session = newSession("/roomy");
    const first = await openReceiver(
      server().port,
      XHR_POLLING,
      session,
      openQuery("later 100 close 4001 denied"),
    );
    expect(await first.readFrame()).toBe("o");
    const finish = await beginSend(session, sending);
    const second = await openReceiver(server().port, XHR_POLLING, session);
    expect(await second.readFrame()).toBe('c[4001,"denied"]');
    expect(await finish()).toBe(sending.accepted.status);
  },
);

test.each(SENDING)(
  "$segment whose body still came when the browser broke off is refused",
  async (sending) => {
    const session = newSession("/roomy");
    const receiver = await openReceiver(server().port, XHR_STREAMING, session);
    expect(await receiver.readFrame()).toBe("o");
    const finish = await beginSend(session, sending);
    receiver.connection.reset();
    await isForgotten(session);
    expect(await finish()).toBe(404);
  },
);

function openQuery(commands: string): string {
  return `open=${encodeURIComponent(commands)}`;
}

/** Sends all of a request but the last bytes of its body. Returns what sends them, and gives the status of the answer. */
async function beginSend(session: string, { segment }: Sending): Promise<() => Promise<number>> {
  const connection = await connectBytes(server().port);
  const body = '["late"]';
  const head = encodeHead(`${session}/${segment}`, { method: "POST", body });
  await connection.write(head + body.slice(0, 3));
  return async () => {
    await connection.write(body.slice(3));
    const { status } = await readAnswer(connection, "POST");
    connection.close();
    return status;
  };
}

/** Waits until the server has noticed that a browser has gone: whoever asks next is told so. */
async function isForgotten(session: string): Promise<void> {
  expect(await poll(server().port, session)).toBe('c[1002,"Connection interrupted"]\n');
}
