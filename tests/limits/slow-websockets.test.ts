import { describe, expect, test } from "vitest";
import { connectBytes } from "../harness/byte-connection.ts";
import { newTag, readJournal } from "../harness/journal-reader.ts";
import { slowly } from "../harness/slow-socket.ts";
import { openWebSocket, type WebSocketClient } from "../harness/websocket-client.ts";
import { headOfFrame } from "../harness/websocket-frames.ts";
import { encodeHandshake } from "../harness/websocket-handshake.ts";
import { useFaultServer } from "./fault-server.ts";

// Of these services heartbeatDelay is 300 ms, pongTimeout 700 ms, and of `/hasty` disconnectDelay 300 ms.
const LARGE = 12_000_000; // well above what two operating systems' buffers hold
const DEADLINE_MS = 8000;

const server = useFaultServer();

/** The next frame that is no heartbeat. */
async function readFrame(client: WebSocketClient): Promise<string> {
  for (;;) {
    const frame = await client.readMessage(DEADLINE_MS);
    if (frame !== "h") return frame;
  }
}

describe.concurrent.each([
  { text: "x", bytes: 1, kind: "ASCII" },
  { text: "ü", bytes: 2, kind: "other text" },
])("a message of 12 MB, $kind, that is taken at 4 MB/s", ({ text, bytes }) => {
  test.each(["/watched/websocket", "/watched/000/slow/websocket"])(
    "arrives by %s, and the socket lives on",
    async (path) => {
      const client = await openWebSocket(server().port, path, slowly(4_000_000));
      const isRaw = path === "/watched/websocket";
      const command = (line: string): void =>
        client.socket.send(isRaw ? line : JSON.stringify([line]));
      if (!isRaw) expect(await client.readMessage()).toBe("o");
      command(`repeat ${LARGE / bytes} ${text}`);
      expect((await readFrame(client)).length).toBeGreaterThanOrEqual(LARGE / bytes);
      command("send still here");
      expect(await readFrame(client)).toBe(isRaw ? "still here" : 'a["still here"]');
      client.socket.terminate();
    },
  );

  test.each(["/hasty/websocket", "/hasty/000/slow/websocket"])(
    "and closed right after it by %s arrives, and so does the close frame",
    async (path) => {
      const tag = newTag();
      const open = `repeat ${LARGE / bytes} ${text};close 4000 done`;
      const url = `${path}?tag=${tag}&open=${encodeURIComponent(open)}`;
      const client = await openWebSocket(server().port, url, slowly(4_000_000));
      const end = await client.readEnd(DEADLINE_MS);
      const lengths = client.unread.map(({ length }) => length);
      expect(Math.max(...lengths)).toBeGreaterThanOrEqual(LARGE / bytes);
      expect(end).toEqual({ code: 4000, reason: "done" });
      expect(await readJournal(server().port, tag, "close")).toContainEqual({
        hook: "close",
        code: 4000,
        reason: "done",
        wasClean: true,
      });
    },
  );
});

test.concurrent("a peer that uploads one frame for longer than `pongTimeout` is heard", async () => {
  const connection = await connectBytes(server().port);
  await connection.write(encodeHandshake("/watched/websocket"));
  await connection.readHead();
  const parts = 30;
  const said = "x".repeat(300_000 - "send ".length);
  const text = `send ${said}`;
  await connection.write(headOfFrame(text.length));
  for (let part = 0; part < parts; part++) {
    await connection.write(
      text.slice((part * text.length) / parts, ((part + 1) * text.length) / parts),
    );
    await new Promise((resolve) => setTimeout(resolve, 100)); // what the test is about
  }
  await connection.readThrough(said);
  expect(connection.ended).toBe(false);
  connection.close();
});
