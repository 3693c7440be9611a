import { describe, expect, inject, test } from "vitest";
import { newTag, readJournal } from "../harness/journal-reader.ts";
import { openWebSocket } from "../harness/websocket-client.ts";

const standard = inject("standardPort");
const probe = inject("probePort");

describe("raw websocket", () => {
  test("has no open frame and no framing: messages are as they are", async () => {
    const client = await openWebSocket(standard, "/echo/websocket");
    for (const message of [
      "hello",
      '["not framed"]',
      "o",
      "\u20ac \u{1f600}",
      "x".repeat(100_000),
    ]) {
      client.socket.send(message);
      expect(await client.readMessage()).toBe(message);
    }
    client.socket.close();
  });

  test("carries several messages of one turn as several messages", async () => {
    const client = await openWebSocket(probe, "/command/websocket");
    client.socket.send("send a;send b;send c");
    const messages = [
      await client.readMessage(),
      await client.readMessage(),
      await client.readMessage(),
    ];
    expect(messages).toEqual(["a", "b", "c"]);
    client.socket.close();
  });

  test("the server's close carries the application's code and reason", async () => {
    const client = await openWebSocket(standard, "/close/websocket");
    expect(await client.readEnd()).toEqual({ code: 3000, reason: "Go away!" });
    expect(client.unread).toEqual([]);
  });

  test("close after messages: they go out first", async () => {
    const client = await openWebSocket(probe, "/command/websocket");
    client.socket.send("send last words;close 4000 bye");
    expect(await client.readMessage()).toBe("last words");
    expect(await client.readEnd()).toEqual({ code: 4000, reason: "bye" });
  });

  test("a code the WebSocket API does not allow becomes 1000", async () => {
    const client = await openWebSocket(probe, "/command/websocket");
    client.socket.send("close 2999 odd");
    expect((await client.readEnd()).code).toBe(1000);
  });

  test("a reason longer than a close frame holds is cut between characters", async () => {
    const client = await openWebSocket(probe, "/command/websocket");
    const reason = "\u20ac".repeat(100);
    client.socket.send(`close 4000 ${reason}`);
    const end = await client.readEnd();
    expect(end.code).toBe(4000);
    expect(reason.startsWith(end.reason)).toBe(true);
  });

  test("the browser's close reaches the application with code and reason, once", async () => {
    const tag = newTag();
    const client = await openWebSocket(probe, `/recorded/websocket?tag=${tag}`);
    client.socket.send("x");
    expect(await client.readMessage()).toBe("x");
    client.socket.close(4001, "leaving");
    expect(await client.readEnd()).toEqual({ code: 4001, reason: "leaving" });
    expect(await readJournal(probe, tag, "close")).toEqual([
      { hook: "open", transport: "websocket-raw" },
      { hook: "message", message: "x" },
      { hook: "close", code: 4001, reason: "leaving", wasClean: true },
    ]);
  });

  test("a connection that breaks reaches the application as 1006, once", async () => {
    const tag = newTag();
    const client = await openWebSocket(probe, `/recorded/websocket?tag=${tag}`);
    client.socket.terminate();
    expect(await readJournal(probe, tag, "close")).toEqual([
      { hook: "open", transport: "websocket-raw" },
      { hook: "close", code: 1006, reason: expect.any(String), wasClean: false },
    ]);
  });
});
