import { describe, expect, inject, test } from "vitest";
import { converse } from "../harness/conversation.ts";
import { header } from "../harness/http-head.ts";
import { openReceiver } from "../harness/receiver.ts";
import { STREAMING_TRANSPORTS } from "../harness/receiving-transports.ts";
import { newSession, send, sendPayload } from "../harness/session.ts";

const port = inject("standardPort");

// What every streaming transport does alike; its own wire format is in the file of its name.
describe.each(STREAMING_TRANSPORTS)("$name", (transport) => {
  test("head, prelude, open frame: the prelude and the frame are a chunk each", async () => {
    const { connection } = await openReceiver(port, transport, newSession("/echo"));
    const head = await connection.readHead();
    expect(head.status).toBe(200);
    expect(header(head, "content-type")).toBe(transport.contentType);
    expect(header(head, "transfer-encoding")).toBe("chunked");
    expect(header(head, "content-length")).toBeUndefined();
    expect(await connection.readChunk()).toMatch(transport.prelude);
    expect(await connection.readChunk()).toBe(transport.encode("o"));
    connection.close();
  });

  test("each message sent on its own is a chunk of its own, at once", async () => {
    const session = newSession("/echo");
    const receiver = await openReceiver(port, transport, session);
    await receiver.readFrame();
    for (const message of ["a", "b", "c"]) {
      await send(port, session, message);
      expect(await receiver.connection.readChunk()).toBe(transport.encode(`a["${message}"]`));
    }
    receiver.connection.close();
  });

  test("messages of one payload come in order, each chunk whole frames", async () => {
    const conversation = await converse(port, transport, newSession("/echo"));
    await send(port, conversation.session, "a", "b", "c", "d");
    expect(await conversation.readMessages(4)).toEqual(["a", "b", "c", "d"]);
    conversation.close();
  });

  test("an empty array means nothing", async () => {
    const conversation = await converse(port, transport, newSession("/echo"));
    await sendPayload(port, conversation.session, "[]");
    await send(port, conversation.session, "after");
    expect(await conversation.readFrame()).toBe('a["after"]');
    conversation.close();
  });

  test("close from the open hook: prelude, open, close, end, a chunk each", async () => {
    const { connection } = await openReceiver(port, transport, newSession("/close"));
    await connection.readHead();
    expect(await connection.readChunk()).toMatch(transport.prelude);
    expect(await connection.readChunk()).toBe(transport.encode("o"));
    expect(await connection.readChunk()).toBe(transport.encode('c[3000,"Go away!"]'));
    expect(await connection.readChunk()).toBe("");
    connection.close();
  });

  test("closed from the open hook: a later receiver gets prelude, close, end", async () => {
    const session = newSession("/close");
    await (await openReceiver(port, transport, session)).readFrames();
    const { connection } = await openReceiver(port, transport, session);
    await connection.readHead();
    expect(await connection.readChunk()).toMatch(transport.prelude);
    expect(await connection.readChunk()).toBe(transport.encode('c[3000,"Go away!"]'));
    expect(await connection.readChunk()).toBe("");
    connection.close();
  });

  test("a message of 100 000 characters is one chunk", async () => {
    const session = newSession("/echo");
    const receiver = await openReceiver(port, transport, session);
    await receiver.readFrame();
    const message = "0123456789".repeat(10_000);
    await send(port, session, message);
    expect(await receiver.connection.readChunk()).toBe(transport.encode(`a["${message}"]`));
    expect(await receiver.connection.readChunk()).toBe("");
    receiver.connection.close();
  });
});
