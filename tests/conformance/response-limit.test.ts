import { describe, expect, inject, test } from "vitest";
import { openReceiver } from "../harness/receiver.ts";
import { STREAMING_TRANSPORTS, type ReceivingTransport } from "../harness/receiving-transports.ts";
import { readAnswer, writeRequest } from "../harness/request.ts";
import { newSession, poll, send } from "../harness/session.ts";

const standard = inject("standardPort");
const probe = inject("probePort");

// Frames of 128 characters until 4096 bytes are reached, framing and open frame included.
const FRAMES_TO_LIMIT = [
  { name: "xhr-streaming", count: 31 }, // 2 + 31 * 134
  { name: "eventsource", count: 29 }, // 11 + 29 * 143
  { name: "htmlfile", count: 26 }, // 28 + 26 * 162
];

describe.each(STREAMING_TRANSPORTS)("response limit of $name", (transport) => {
  test("ends the response with the frame that reaches it, the prelude not counted", async () => {
    const session = newSession("/echo");
    const receiver = await openReceiver(standard, transport, session);
    expect(await receiver.readFrame()).toBe("o");
    const message = "x".repeat(128);
    for (let sent = 0; sent < framesToLimit(transport); sent++) {
      await send(standard, session, message);
      expect(await receiver.connection.readChunk()).toBe(transport.encode(`a["${message}"]`));
    }
    expect(await receiver.connection.readChunk()).toBe("");
    receiver.connection.close();
  });

  test("sends the frame that crosses it whole", async () => {
    const session = newSession("/echo");
    const receiver = await openReceiver(standard, transport, session);
    await receiver.readFrame();
    await send(standard, session, "x".repeat(10_000));
    expect(await receiver.connection.readChunk()).toBe(
      transport.encode(`a["${"x".repeat(10_000)}"]`),
    );
    expect(await receiver.connection.readChunk()).toBe("");
    receiver.connection.close();
  });

  test("leaves the session open: the next response goes on without an open frame", async () => {
    const session = newSession("/echo");
    const first = await openReceiver(standard, transport, session);
    await first.readFrame();
    await send(standard, session, "x".repeat(5000));
    expect(await first.readFrames()).toEqual([`a["${"x".repeat(5000)}"]`]);
    await send(standard, session, "between");
    const second = await openReceiver(standard, transport, session);
    expect(await second.readFrame()).toBe('a["between"]');
    await send(standard, session, "after");
    expect(await second.readFrame()).toBe('a["after"]');
    second.connection.close();
  });

  test("leaves the HTTP connection open: it carries the next response", async () => {
    const session = newSession("/echo");
    const receiver = await openReceiver(standard, transport, session);
    await receiver.readFrame();
    await send(standard, session, "x".repeat(5000));
    await receiver.readFrames();
    await writeRequest(receiver.connection, `${session}/xhr`, { method: "POST", body: "" });
    await send(standard, session, "after");
    expect((await readAnswer(receiver.connection)).body).toBe('a["after"]\n');
    receiver.connection.close();
  });

  test("is 128 KiB by default", async () => {
    const session = newSession("/default-limit");
    const receiver = await openReceiver(probe, transport, session);
    await receiver.readFrame();
    // One byte less than the limit, in three frames: Deno splits a chunk above 64 KiB.
    const overhead = transport.encode("o").length + 3 * transport.encode('a[""]').length;
    for (const length of [40_000, 40_000, 131_072 - 1 - overhead - 80_000]) {
      const message = "x".repeat(length);
      await send(probe, session, message);
      expect(await receiver.readFrame()).toBe(`a["${message}"]`);
    }
    await send(probe, session, "one more");
    expect(await receiver.readFrame()).toBe('a["one more"]');
    expect(await receiver.connection.readChunk()).toBe("");
    receiver.connection.close();
    await send(probe, session, "later");
    expect(await poll(probe, session)).toBe('a["later"]\n');
  });
});

function framesToLimit({ name }: ReceivingTransport): number {
  return FRAMES_TO_LIMIT.find((row) => row.name === name)?.count ?? 0;
}
