import { describe, expect, inject, test } from "vitest";
import { eventually, EVENT_DEADLINE_MS } from "../harness/deadline.ts";
import { newTag, readJournal } from "../harness/journal-reader.ts";
import { openReceiver } from "../harness/receiver.ts";
import { RECEIVING_TRANSPORTS, XHR_POLLING } from "../harness/receiving-transports.ts";
import { newSession, openSession, poll, send, sendPayload } from "../harness/session.ts";

const standard = inject("standardPort");
const probe = inject("probePort");

describe.concurrent.each(RECEIVING_TRANSPORTS)("session opened by $name", (transport) => {
  test("calls the open hook with the transport's name, then the others in the order of events", async () => {
    const session = newSession("/command");
    const tag = newTag();
    await (await openReceiver(probe, transport, session, `tag=${tag}`)).readFrame();
    await send(probe, session, "one", "two");
    await send(probe, session, "close");
    expect(await readJournal(probe, tag, "close")).toEqual([
      { hook: "open", transport: transport.name },
      { hook: "message", message: "one" },
      { hook: "message", message: "two" },
      { hook: "message", message: "close" },
      { hook: "close", code: 3000, reason: "Go away!", wasClean: true },
    ]);
  });

  test("a second receiver gets 2010 and ends; the first is untouched", async () => {
    const session = await openSession(standard, "/echo");
    const first = await openReceiver(standard, transport, session);
    if (transport.streaming) await first.readPrelude();
    const second = await openReceiver(standard, transport, session);
    expect(await second.readFrames()).toEqual(['c[2010,"Another connection still open"]']);
    await send(standard, session, "still there");
    expect(await first.readFrame()).toBe('a["still there"]');
    first.connection.close();
  });

  test("messages sent while no receiver is attached come first, in order", async () => {
    const session = await openSession(standard, "/echo");
    await send(standard, session, "a");
    await send(standard, session, "b", "c");
    const receiver = await openReceiver(standard, transport, session);
    expect(await receiver.readFrame()).toBe('a["a","b","c"]');
    receiver.connection.close();
  });

  test("closed from the open hook: the close frame follows, to every receiver that comes", async () => {
    const session = newSession("/close");
    const first = await openReceiver(standard, transport, session);
    expect(await first.readFrame()).toBe("o");
    if (transport.streaming) expect(await first.readFrame()).toBe('c[3000,"Go away!"]');
    await first.readEnd();
    const receivers = await Promise.all(
      Array.from({ length: 5 }, () => openReceiver(standard, transport, session)),
    );
    const frames = await Promise.all(receivers.map((receiver) => receiver.readFrames()));
    expect(frames).toEqual(Array.from({ length: 5 }, () => ['c[3000,"Go away!"]']));
  });

  test("closed by the application: the attached receiver gets the close frame and ends", async () => {
    const session = await openSession(probe, "/command");
    const receiver = await openReceiver(probe, transport, session);
    const frames = receiver.readFrames();
    await send(probe, session, 'close 4321 with "quotes" and \u20ac');
    expect(await frames).toEqual(['c[4321,"with \\"quotes\\" and \u20ac"]']);
  });

  test("closed by the application: what was sent before goes out first", async () => {
    const session = await openSession(probe, "/command");
    const receiver = await openReceiver(probe, transport, session);
    const frames = receiver.readFrames();
    await send(probe, session, "send last words;close 4000 bye;send too late");
    const seen = [...(await frames)];
    if (!transport.streaming) {
      seen.push(...(await (await openReceiver(probe, transport, session)).readFrames()));
    }
    expect(seen).toEqual(['a["last words"]', 'c[4000,"bye"]']);
  });
});

test.concurrent("sends to a closed session are accepted until its browser has been told, then answered 404", async () => {
  const session = await openSession(probe, "/command");
  await send(probe, session, "close");
  expect((await sendPayload(probe, session, '["x"]')).status).toBe(204);
  expect(await poll(probe, session)).toBe('c[3000,"Go away!"]\n');
  expect((await sendPayload(probe, session, '["x"]')).status).toBe(404);
});

test.concurrent("a session closed by the application gives the same close frame until it is forgotten, then a new one opens", async () => {
  const start = performance.now();
  const session = newSession("/short");
  const opened = await openReceiver(probe, XHR_POLLING, session, "open=close%204000%20bye");
  expect(await opened.readFrame()).toBe("o");
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
  expect([...seen]).toEqual(['c[4000,"bye"]\n', "o\n"]);
  expect(performance.now() - start).toBeGreaterThan(190); // the service's disconnectDelay is 200
});

test.concurrent("the second close of a connection does nothing", async () => {
  const session = await openSession(probe, "/command");
  await send(probe, session, "close 4000 first;close 4001 second");
  expect(await poll(probe, session)).toBe('c[4000,"first"]\n');
});

test.concurrent("a session closed while a message of the same payload waits delivers no more of it", async () => {
  const session = newSession("/command");
  const tag = newTag();
  await (await openReceiver(probe, XHR_POLLING, session, `tag=${tag}`)).readFrame();
  await send(probe, session, "close 4000 bye", "too late");
  const journal = await readJournal(probe, tag, "close");
  expect(journal.map(({ hook }) => hook)).toEqual(["open", "message", "close"]);
});
