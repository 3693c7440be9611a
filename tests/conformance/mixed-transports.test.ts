import { expect, inject, test } from "vitest";
import { openReceiver } from "../harness/receiver.ts";
import { RECEIVING_TRANSPORTS, XHR_POLLING } from "../harness/receiving-transports.ts";
import { request } from "../harness/request.ts";
import { newSession, openSession, poll, send } from "../harness/session.ts";

const port = inject("standardPort");

test("a session goes from one receiving transport to the next, messages in order", async () => {
  const session = newSession("/echo");
  const [first, ...others] = RECEIVING_TRANSPORTS;
  expect(await (await openReceiver(port, first!, session)).readFrame()).toBe("o");
  for (const transport of [...others, first!]) {
    await send(port, session, `for ${transport.name}`);
    const receiver = await openReceiver(port, transport, session);
    expect(await receiver.readFrame()).toBe(`a["for ${transport.name}"]`);
    if (transport.streaming) {
      await send(port, session, "x".repeat(5000));
      expect(await receiver.readFrames()).toEqual([`a["${"x".repeat(5000)}"]`]);
    }
  }
});

test("a session opened by xhr takes payloads of xhr_send and jsonp_send, in order", async () => {
  const session = await openSession(port, "/echo");
  for (const [index, segment] of ["xhr_send", "jsonp_send", "xhr_send", "jsonp_send"].entries()) {
    const headers = { "Content-Type": "text/plain" };
    await request(port, `${session}/${segment}`, { method: "POST", headers, body: `["${index}"]` });
  }
  expect(await poll(port, session)).toBe('a["0","1","2","3"]\n');
});

test("a second receiver of another transport gets 2010 in its own framing", async () => {
  const session = await openSession(port, "/echo");
  const first = await openReceiver(port, XHR_POLLING, session);
  for (const transport of RECEIVING_TRANSPORTS) {
    const second = await openReceiver(port, transport, session);
    expect(await second.readFrames()).toEqual(['c[2010,"Another connection still open"]']);
  }
  await send(port, session, "x");
  expect(await first.readFrame()).toBe('a["x"]');
});
