import { describe, expect, inject, test } from "vitest";
import { connectBytes } from "../harness/byte-connection.ts";
import { newTag, readJournal } from "../harness/journal-reader.ts";
import { newSession } from "../harness/session.ts";
import { openWebSocket, type WebSocketClient } from "../harness/websocket-client.ts";
import { buildFrame, TEXT } from "../harness/websocket-frames.ts";
import { encodeHandshake } from "../harness/websocket-handshake.ts";

const standard = inject("standardPort");
const probe = inject("probePort");

async function openSession(port: number, prefix: string, query = ""): Promise<WebSocketClient> {
  const client = await openWebSocket(port, `${newSession(prefix)}/websocket${query}`);
  expect(await client.readMessage()).toBe("o");
  return client;
}

describe("websocket", () => {
  test("writes the open frame, then a frame for each message", async () => {
    const client = await openSession(standard, "/echo");
    client.socket.send('["a"]');
    expect(await client.readMessage()).toBe('a["a"]');
    client.socket.send('["b"]');
    expect(await client.readMessage()).toBe('a["b"]');
    client.socket.close();
  });

  test("takes several messages in one array, in order", async () => {
    const client = await openSession(standard, "/echo");
    client.socket.send('["a","b","c"]');
    const frames: string[] = [];
    do frames.push(await client.readMessage());
    while (!frames.at(-1)?.endsWith('"c"]'));
    expect(frames.flatMap((frame) => JSON.parse(frame.slice(1)))).toEqual(["a", "b", "c"]);
    client.socket.close();
  });

  test("takes one bare string", async () => {
    const client = await openSession(standard, "/echo");
    client.socket.send('"a"');
    expect(await client.readMessage()).toBe('a["a"]');
    client.socket.close();
  });

  test("ignores empty messages and empty arrays", async () => {
    const client = await openSession(standard, "/echo");
    for (const payload of ["", "[]", '["a"]']) client.socket.send(payload);
    expect(await client.readMessage()).toBe('a["a"]');
    client.socket.close();
  });

  test("takes a message in fragments, with a ping between them", async () => {
    const client = await openSession(standard, "/echo");
    client.socket.send('["fra', { fin: false });
    client.socket.ping();
    client.socket.send("gmen", { fin: false });
    client.socket.send('ts"]', { fin: true });
    expect(await client.readMessage()).toBe('a["fragments"]');
    client.socket.close();
  });

  test("answers a ping with its payload", async () => {
    const client = await openSession(standard, "/echo");
    const pong = new Promise((resolve) => client.socket.once("pong", resolve));
    client.socket.ping("payload");
    expect(String(await pong)).toBe("payload");
    client.socket.close();
  });

  test("carries a large message", async () => {
    const client = await openSession(standard, "/echo");
    const message = "0123456789abcdef".repeat(16_384);
    client.socket.send(JSON.stringify([message]));
    expect(await client.readMessage()).toBe(`a["${message}"]`);
    client.socket.close();
  });

  test("takes a message that comes in one segment with the handshake", async () => {
    const connection = await connectBytes(standard);
    const handshake = encodeHandshake(`${newSession("/echo")}/websocket`);
    await connection.write(Buffer.concat([Buffer.from(handshake), buildFrame(TEXT, '["x"]')]));
    expect((await connection.readHead()).status).toBe(101);
    expect([...(await connection.readBytes(3))]).toEqual([0x81, 1, 0x6f]);
    expect((await connection.readBytes(8)).subarray(2).toString()).toBe('a["x"]');
    connection.close();
  });

  test.each([
    ["an array that does not end", '["x'],
    ["no JSON", "x"],
    ["a number", "1"],
    ["null", "null"],
    ["an object", "{}"],
    ["a number among strings", '["x",1]'],
    ["null among strings", '[null,"x"]'],
    ["an array in the array", '[["x"]]'],
  ])(
    "%s closes the connection without a close frame: nothing is delivered",
    async (_title, payload) => {
      const tag = newTag();
      const client = await openSession(probe, "/recorded", `?tag=${tag}`);
      client.socket.send(payload);
      expect(await client.readEnd()).toEqual({ code: 1006, reason: "" });
      expect(client.unread).toEqual([]);
      expect(await readJournal(probe, tag, "close")).toEqual([
        { hook: "open", transport: "websocket" },
        expect.objectContaining({ hook: "close", wasClean: false }),
      ]);
    },
  );

  test("a binary message closes the connection without a close frame", async () => {
    const client = await openSession(standard, "/echo");
    client.socket.send(Buffer.from('["x"]'));
    expect(await client.readEnd()).toEqual({ code: 1006, reason: "" });
    expect(client.unread).toEqual([]);
  });

  test("close from the open hook: open frame, close frame, then the socket closes alike", async () => {
    const client = await openSession(standard, "/close");
    expect(await client.readMessage()).toBe('c[3000,"Go away!"]');
    expect(await client.readEnd()).toEqual({ code: 3000, reason: "Go away!" });
    expect(client.unread).toEqual([]);
  });

  test("close after messages: they go out first, in order", async () => {
    const client = await openSession(probe, "/command");
    client.socket.send('["send a;send b;close 4000 bye;send late"]');
    const frames: string[] = [];
    do frames.push(await client.readMessage());
    while (!frames.at(-1)?.startsWith("c"));
    expect(frames.slice(0, -1).flatMap((frame) => JSON.parse(frame.slice(1)))).toEqual(["a", "b"]);
    expect(frames.at(-1)).toBe('c[4000,"bye"]');
    expect(await client.readEnd()).toEqual({ code: 4000, reason: "bye" });
  });

  test("a code the WebSocket API does not allow stands in the frame, 1000 closes the socket", async () => {
    const client = await openSession(probe, "/command");
    client.socket.send('["close 2999 odd"]');
    expect(await client.readMessage()).toBe('c[2999,"odd"]');
    expect((await client.readEnd()).code).toBe(1000);
  });

  test("a reason longer than a WebSocket close frame holds stands in the frame", async () => {
    const client = await openSession(probe, "/command");
    const reason = "\u20ac".repeat(100);
    client.socket.send(JSON.stringify([`close 4000 ${reason}`]));
    expect(await client.readMessage()).toBe(`c[4000,"${reason}"]`);
    const end = await client.readEnd();
    expect(end.code).toBe(4000);
    expect(reason.startsWith(end.reason)).toBe(true);
  });

  test("the browser's close reaches the application with code and reason, once", async () => {
    const tag = newTag();
    const client = await openSession(probe, "/recorded", `?tag=${tag}`);
    client.socket.close(4001, "leaving");
    expect(await client.readEnd()).toEqual({ code: 4001, reason: "leaving" });
    expect(await readJournal(probe, tag, "close")).toEqual([
      { hook: "open", transport: "websocket" },
      { hook: "close", code: 4001, reason: "leaving", wasClean: true },
    ]);
  });

  test("a connection that breaks reaches the application as 1006, once", async () => {
    const tag = newTag();
    const client = await openSession(probe, "/recorded", `?tag=${tag}`);
    client.socket.terminate();
    expect(await readJournal(probe, tag, "close")).toEqual([
      { hook: "open", transport: "websocket" },
      { hook: "close", code: 1006, reason: expect.any(String), wasClean: false },
    ]);
  });
});
