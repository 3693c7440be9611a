import { describe, expect, test } from "vitest";
import { converse } from "../harness/conversation.ts";
import { newTag, readJournal } from "../harness/journal-reader.ts";
import { RECEIVING_TRANSPORTS } from "../harness/receiving-transports.ts";
import { request } from "../harness/request.ts";
import { newSession, openSession, poll, send, sendPayload } from "../harness/session.ts";
import { openWebSocket } from "../harness/websocket-client.ts";
import { useFaultServer } from "./fault-server.ts";

// The service takes messages of 100 bytes and bodies of 300, and keeps 10 000 bytes that have not been sent.
const SERVICE = "/limited";
const LARGEST = 10_000 - 64; // a message that waits counts for 64 bytes more than its text
const OVERLOADED = 'c[1013,"Too much data waiting"]';

const server = useFaultServer();

/** A payload of one message, filled up with spaces to so many bytes. */
function body(bytes: number): string {
  return '["send yes"]'.padStart(bytes);
}

describe.each(["xhr_send", "jsonp_send"])("maxBodySize on %s", (segment) => {
  test.each([
    [299, true],
    [300, true],
    [301, false],
  ])("a body of %i bytes is taken: %s", async (bytes, isTaken) => {
    const { port } = server();
    const session = await openSession(port, SERVICE);
    const headers = { "Content-Type": "text/plain" };
    const path = `${session}/${segment}`;
    const answer = await request(port, path, { method: "POST", headers, body: body(bytes) });
    expect(answer.status < 300 ? true : answer.status).toBe(isTaken || 413);
    if (!isTaken) await send(port, session, "send yes");
    expect(await poll(port, session)).toBe('a["yes"]\n');
  });
});

describe("maxBodySize on websocket", () => {
  test.each([299, 300])("a WebSocket message of %i bytes is taken", async (bytes) => {
    const client = await openWebSocket(server().port, `${newSession(SERVICE)}/websocket`);
    expect(await client.readMessage()).toBe("o");
    client.socket.send(body(bytes));
    expect(await client.readMessage()).toBe('a["yes"]');
    client.socket.close();
  });
});

describe("maxMessageSize", () => {
  test.each([99, 100])("on websocket: a message of %i bytes is taken", async (bytes) => {
    const client = await openWebSocket(server().port, `${newSession(SERVICE)}/websocket`);
    expect(await client.readMessage()).toBe("o");
    client.socket.send(JSON.stringify([`send ${"x".repeat(bytes - 5)}`]));
    expect(await client.readMessage()).toBe(`a["${"x".repeat(bytes - 5)}"]`);
    client.socket.close();
  });

  test.each([99, 100])("on the raw websocket: a message of %i bytes is taken", async (bytes) => {
    const client = await openWebSocket(server().port, `${SERVICE}/websocket`);
    client.socket.send(`send ${"x".repeat(bytes - 5)}`);
    expect(await client.readMessage()).toBe("x".repeat(bytes - 5));
    client.socket.close();
  });
});

describe.each(RECEIVING_TRANSPORTS)("maxBufferedAmount on $name", (transport) => {
  test.each([LARGEST - 1, LARGEST])("a message of %i bytes goes out", async (bytes) => {
    const { port } = server();
    const conversation = await converse(port, transport, newSession(SERVICE));
    await send(port, conversation.session, `repeat ${bytes} x`);
    expect(await conversation.readMessages(1)).toEqual(["x".repeat(bytes)]);
    conversation.close();
  });

  test("a message above it closes the session with 1013", async () => {
    const { port } = server();
    const tag = newTag();
    const conversation = await converse(port, transport, newSession(SERVICE), `tag=${tag}`);
    await send(port, conversation.session, `repeat ${LARGEST + 1} x`);
    expect(await conversation.readFrame()).toBe(OVERLOADED);
    const journal = await readJournal(port, tag, "close");
    expect(journal.at(-1)).toMatchObject({ hook: "close", code: 1013, wasClean: false });
    expect((await sendPayload(port, conversation.session, '["x"]')).status).toBe(404);
  });
});

describe("maxBufferedAmount on websockets", () => {
  test("a message at the limit goes out, one above it closes the socket", async () => {
    const client = await openWebSocket(server().port, `${newSession(SERVICE)}/websocket`);
    expect(await client.readMessage()).toBe("o");
    client.socket.send(JSON.stringify([`repeat ${LARGEST} x`]));
    expect(await client.readMessage()).toBe(`a["${"x".repeat(LARGEST)}"]`);
    client.socket.send(JSON.stringify([`repeat ${LARGEST + 1} x`]));
    expect(await client.readMessage()).toBe(OVERLOADED);
    expect((await client.readEnd()).code).toBe(1000);
  });

  test("raw: a message at the limit goes out, one above it closes the socket", async () => {
    const client = await openWebSocket(server().port, `${SERVICE}/websocket`);
    client.socket.send(`repeat ${LARGEST} x`);
    expect(await client.readMessage()).toBe("x".repeat(LARGEST));
    client.socket.send(`repeat ${LARGEST + 1} x`);
    expect((await client.readEnd()).code).toBe(1000);
  });
});
