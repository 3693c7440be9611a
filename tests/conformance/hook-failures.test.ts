import { describe, expect, inject, test } from "vitest";
import { newTag, readJournal } from "../harness/journal-reader.ts";
import { openReceiver } from "../harness/receiver.ts";
import { RECEIVING_TRANSPORTS, XHR_POLLING } from "../harness/receiving-transports.ts";
import { newSession, openSession, poll, send, sendPayload } from "../harness/session.ts";
import { openWebSocket } from "../harness/websocket-client.ts";

const port = inject("probePort");

describe.each(["throw", "reject"])("a hook that %ss", (command) => {
  test("closes its own session with 1011, is reported once, and hurts nobody else", async () => {
    const other = await openSession(port, "/command");
    const session = newSession("/command");
    const tag = newTag();
    await (await openReceiver(port, XHR_POLLING, session, `tag=${tag}`)).readFrame();
    await sendPayload(port, session, JSON.stringify([command]));
    expect(await poll(port, session)).toMatch(/^c\[1011,"[^"]+"\]\n$/);
    const journal = await readJournal(port, tag, "close");
    const rest = journal.filter(({ hook }) => hook === "close" || hook === "error");
    expect(rest.toSorted((a, b) => a.hook.localeCompare(b.hook))).toEqual([
      { hook: "close", code: 1011, reason: expect.any(String), wasClean: expect.any(Boolean) },
      { hook: "error", code: "ERR_SOCKJS_HOOK" },
    ]);
    await send(port, other, "send alive");
    expect(await poll(port, other)).toBe('a["alive"]\n');
  });

  test("when it is the open hook: open frame, then the close frame", async () => {
    const session = newSession("/command");
    const receiver = await openReceiver(port, XHR_POLLING, session, `open=${command}`);
    expect(await receiver.readFrame()).toBe("o");
    expect(await poll(port, session)).toMatch(/^c\[1011,"[^"]+"\]\n$/);
  });

  test("on a WebSocket: close frame, then the socket closes", async () => {
    const client = await openWebSocket(port, `${newSession("/command")}/websocket`);
    expect(await client.readMessage()).toBe("o");
    client.socket.send(JSON.stringify([command]));
    expect(await client.readMessage()).toMatch(/^c\[1011,"[^"]+"\]$/);
    expect([1000, 1011]).toContain((await client.readEnd()).code);
  });
});

describe.each(RECEIVING_TRANSPORTS)("open hook of $name", (transport) => {
  test("sends and closes: open, messages, close, in order", async () => {
    const session = newSession("/command");
    const query = "open=send%20a;send%20b;close%204000%20bye";
    const frames: string[] = [];
    while (!frames.at(-1)?.startsWith("c")) {
      const receiver = await openReceiver(port, transport, session, query);
      frames.push(...(await receiver.readFrames()));
    }
    expect(frames[0]).toBe("o");
    const messages = frames.slice(1, -1).flatMap((frame) => JSON.parse(frame.slice(1)));
    expect(messages).toEqual(["a", "b"]);
    expect(frames.at(-1)).toBe('c[4000,"bye"]');
  });
});
