import { describe, expect, inject, test } from "vitest";
import { connectBytes } from "../harness/byte-connection.ts";
import { eventually, EVENT_DEADLINE_MS } from "../harness/deadline.ts";
import { newTag, readJournal } from "../harness/journal-reader.ts";
import { openReceiver } from "../harness/receiver.ts";
import { XHR_STREAMING } from "../harness/receiving-transports.ts";
import { encodeHead, request, requestHead } from "../harness/request.ts";
import { newSession, openSession, poll, send, sendPayload } from "../harness/session.ts";
import { openWebSocket } from "../harness/websocket-client.ts";

const port = inject("probePort");

// The service's limits: messages of 100 bytes, bodies of 300, 10 000 bytes not yet sent.
const SERVICE = "/small-limits";

function echo(bytes: number): string {
  return `send ${"x".repeat(bytes - 5)}`;
}

describe.each(["xhr_send", "jsonp_send"])("%s", (segment) => {
  const post = async (session: string, body: string): Promise<number> => {
    const headers = { "Content-Type": "text/plain" };
    return (await request(port, `${session}/${segment}`, { method: "POST", headers, body })).status;
  };

  test("takes a message of exactly the limit", async () => {
    const session = await openSession(port, SERVICE);
    expect([200, 204]).toContain(await post(session, JSON.stringify([echo(100)])));
    expect(await poll(port, session)).toBe(`a["${"x".repeat(95)}"]\n`);
  });

  test("answers 413 to a message above the limit, delivers nothing of it, and the session lives on", async () => {
    const session = await openSession(port, SERVICE);
    expect(await post(session, JSON.stringify(["send no", echo(101)]))).toBe(413);
    await send(port, session, "send yes");
    expect(await poll(port, session)).toBe('a["yes"]\n');
  });

  test("counts a message's bytes of UTF-8, not its characters", async () => {
    const session = await openSession(port, SERVICE);
    expect(await post(session, JSON.stringify([`send ${"\u20ac".repeat(32)}`]))).toBe(413);
    expect([200, 204]).toContain(
      await post(session, JSON.stringify([`send ${"\u20ac".repeat(31)}`])),
    );
  });

  test("answers 413 to a body above the limit, and the session lives on", async () => {
    const session = await openSession(port, SERVICE);
    expect(await post(session, `${" ".repeat(300)}["send no"]`)).toBe(413);
    await send(port, session, "send yes");
    expect(await poll(port, session)).toBe('a["yes"]\n');
  });

  test("answers 413 to an announced body above the limit before it comes", async () => {
    const session = await openSession(port, SERVICE);
    const head = await requestHead(port, `${session}/${segment}`, {
      method: "POST",
      headers: { "Content-Length": "301", "Content-Type": "text/plain" },
    });
    expect(head.status).toBe(413);
  });

  test("answers 413 to a body without a length as soon as it is above the limit", async () => {
    const session = await openSession(port, SERVICE);
    const connection = await connectBytes(port);
    const headers = { "Transfer-Encoding": "chunked", "Content-Type": "text/plain" };
    await connection.write(encodeHead(`${session}/${segment}`, { method: "POST", headers }));
    await connection.write(`12d\r\n${" ".repeat(301)}\r\n`);
    expect((await connection.readHead()).status).toBe(413);
    connection.close();
  });
});

describe("websocket", () => {
  test("closes with 1009 on a message above the limit, and delivers nothing of it", async () => {
    const tag = newTag();
    const client = await openWebSocket(port, `${newSession(SERVICE)}/websocket?tag=${tag}`);
    expect(await client.readMessage()).toBe("o");
    client.socket.send(JSON.stringify(["send no", echo(101)]));
    const journal = await readJournal(port, tag, "close");
    expect(journal.map(({ hook }) => hook)).toEqual(["open", "close"]);
    expect(journal.at(-1)).toMatchObject({ code: 1009 });
    expect([1000, 1009]).toContain((await client.readEnd()).code);
  });

  test("closes on a WebSocket message above the body limit", async () => {
    const tag = newTag();
    const client = await openWebSocket(port, `${newSession(SERVICE)}/websocket?tag=${tag}`);
    expect(await client.readMessage()).toBe("o");
    client.socket.send(`${" ".repeat(300)}["send no"]`);
    expect([1000, 1006, 1009]).toContain((await client.readEnd()).code);
    const journal = await readJournal(port, tag, "close");
    expect(journal.map(({ hook }) => hook)).toEqual(["open", "close"]);
  });

  test("raw: closes with 1009 on a message above the limit", async () => {
    const client = await openWebSocket(port, `${SERVICE}/websocket`);
    client.socket.send(echo(100));
    expect(await client.readMessage()).toBe("x".repeat(95));
    client.socket.send(echo(101));
    expect((await client.readEnd()).code).toBe(1009);
  });
});

describe("maxBufferedAmount", () => {
  test("closes a session whose messages nobody fetches, with 1013", async () => {
    const session = await openSession(port, SERVICE);
    await send(port, session, "repeat 11000 x");
    expect(await poll(port, session)).toMatch(/^c\[1013,"[^"]+"\]\n$/);
    expect((await sendPayload(port, session, '["x"]')).status).toBe(404);
  });

  test("closes a streaming session whose browser does not read", async () => {
    const session = newSession(SERVICE);
    const tag = newTag();
    const receiver = await openReceiver(port, XHR_STREAMING, session, `tag=${tag}`);
    await receiver.readFrame();
    receiver.connection.pause();
    const state = { isClosed: false };
    const closed = readJournal(port, tag, "close").finally(() => {
      state.isClosed = true;
    });
    // Sends are accepted, and dropped, once the session has closed.
    while (!state.isClosed) {
      expect((await sendPayload(port, session, '["repeat 9000 x"]')).status).toBe(204);
    }
    receiver.connection.close();
    expect((await closed).at(-1)).toMatchObject({ hook: "close", code: 1013, wasClean: false });
  });
});

describe("maxSessions", () => {
  test("answers 503 to further sessions on every transport, and opens again when one has gone", async () => {
    const first = await openSession(port, "/two-sessions");
    const second = await openWebSocket(port, `${newSession("/two-sessions")}/websocket`);
    expect(await second.readMessage()).toBe("o");
    const xhr = await request(port, `${newSession("/two-sessions")}/xhr`, { method: "POST" });
    expect(xhr.status).toBe(503);
    const streaming = await request(port, `${newSession("/two-sessions")}/eventsource`);
    expect(streaming.status).toBe(503);
    await expect(openWebSocket(port, `${newSession("/two-sessions")}/websocket`)).rejects.toThrow(
      "503",
    );
    await send(port, first, "still served");
    expect(await poll(port, first)).toBe('a["still served"]\n');
    second.socket.close();
    await second.readEnd();
    const third = newSession("/two-sessions");
    const body = await eventually(
      async () => ((await poll(port, third)) === "o\n" ? "o\n" : undefined),
      EVENT_DEADLINE_MS,
      "room for a session",
    );
    expect(body).toBe("o\n");
  });
});
