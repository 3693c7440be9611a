import { describe, expect, inject, test } from "vitest";
import { converse } from "../harness/conversation.ts";
import { RECEIVING_TRANSPORTS } from "../harness/receiving-transports.ts";
import { newSession, openSession, poll, send } from "../harness/session.ts";
import { openWebSocket } from "../harness/websocket-client.ts";

const port = inject("standardPort");

// The services every SockJS test suite and client expects of a test server.
describe.concurrent("standard test server", () => {
  test("/ticker sends tick! each second", async () => {
    const client = await openWebSocket(port, `${newSession("/ticker")}/websocket`);
    expect(await client.readMessage()).toBe("o");
    const start = performance.now();
    expect(await client.readMessage(2000)).toBe('a["tick!"]');
    expect(await client.readMessage(2000)).toBe('a["tick!"]');
    expect(Math.abs(performance.now() - start - 2000)).toBeLessThan(500);
    client.socket.close();
  });

  test.each([
    ["1", 2],
    ["7", 128],
    ["19", 524_288],
    ["20", 2],
    ["0", 2],
    ["-1", 2],
    ["x", 2],
    ["", 2],
  ])("/amplify answers %j with %d times x", async (message, length) => {
    const session = await openSession(port, "/amplify");
    await send(port, session, message);
    expect(await poll(port, session)).toBe(`a["${"x".repeat(length)}"]\n`);
  });

  test("/broadcast sends each message to every session, on every transport", async () => {
    const message = newSession("broadcast");
    const conversations = await Promise.all(
      RECEIVING_TRANSPORTS.map((transport) => converse(port, transport, newSession("/broadcast"))),
    );
    const websocket = await openWebSocket(port, `${newSession("/broadcast")}/websocket`);
    const raw = await openWebSocket(port, "/broadcast/websocket");
    expect(await websocket.readMessage()).toBe("o");
    raw.socket.send(message);
    const frames = await Promise.all(conversations.map((conversation) => conversation.readFrame()));
    expect(frames).toEqual(RECEIVING_TRANSPORTS.map(() => `a["${message}"]`));
    expect(await websocket.readMessage()).toBe(`a["${message}"]`);
    expect(await raw.readMessage()).toBe(message);
    for (const conversation of conversations) conversation.close();
    websocket.socket.close();
    raw.socket.close();
  });
});
