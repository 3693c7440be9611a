import { describe, expect, inject, test } from "vitest";
import { MAX_UNREAD } from "../fixtures/fault-services.ts";
import { within, EVENT_DEADLINE_MS } from "../harness/deadline.ts";
import { newTag } from "../harness/journal-reader.ts";
import { openReceiver } from "../harness/receiver.ts";
import { XHR_STREAMING } from "../harness/receiving-transports.ts";
import { request } from "../harness/request.ts";
import { newSession } from "../harness/session.ts";
import { openWebSocket } from "../harness/websocket-client.ts";
import { useFaultServer } from "./fault-server.ts";

const SERVICE = "/read-when-told";
const MESSAGE_COST = 100; // 36 bytes of text, 64 for keeping it
const FITTING = MAX_UNREAD / MESSAGE_COST;

const server = useFaultServer();

function texts(from: number, count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => `message ${from + index}`.padEnd(36, "x"));
}

/** Lets the handler of a session read so many messages in all; gives what it has read by then. */
async function letRead(tag: string, count: number): Promise<readonly string[]> {
  const answer = fetch(`http://127.0.0.1:${server().port}/reads/${tag}?count=${count}`);
  const read = answer.then((response) => response.json());
  // Written by the fixture's `/reads`.
  return (await within(read, EVENT_DEADLINE_MS, `${count} messages read`)) as readonly string[];
}

describe.each(["xhr_send", "jsonp_send"])(
  "a function handler that does not read, %s",
  (segment) => {
    test("holds the answer back above `maxUnreadAmount`, not at it, and loses nothing", async () => {
      const { port } = server();
      const session = newSession(SERVICE);
      const tag = newTag();
      const receiver = await openReceiver(port, XHR_STREAMING, session, `tag=${tag}`);
      expect(await receiver.readFrame()).toBe("o");
      let answered = 0;
      const post = async (messages: readonly string[]): Promise<number> => {
        const headers = { "Content-Type": "text/plain" };
        const content = { method: "POST", headers, body: JSON.stringify(messages) };
        const { status } = await request(port, `${session}/${segment}`, content);
        answered++;
        return status;
      };
      await post(texts(0, FITTING - 1));
      await post(texts(FITTING - 1, 1));
      const held = post(texts(FITTING, 1));
      // A whole exchange, begun later, is over: the answer is being held.
      for (let turn = 0; turn < 5; turn++) await request(port, "/stats");
      expect(answered).toBe(2);
      expect(await letRead(tag, 1)).toEqual(texts(0, 1));
      expect([200, 204]).toContain(await held);
      expect(await letRead(tag, FITTING + 1)).toEqual(texts(0, FITTING + 1));
      receiver.connection.close();
    });
  },
);

describe.each([
  { name: "websocket", framed: true },
  { name: "websocket-raw", framed: false },
])("a function handler that does not read, $name", ({ framed }) => {
  const open = async (tag: string): Promise<Awaited<ReturnType<typeof openWebSocket>>> => {
    const path = framed ? `${newSession(SERVICE)}/websocket` : `${SERVICE}/websocket`;
    const client = await openWebSocket(server().port, `${path}?tag=${tag}`);
    if (framed) expect(await client.readMessage()).toBe("o");
    return client;
  };
  const encode = (text: string): string => (framed ? JSON.stringify([text]) : text);

  test("takes messages up to `maxUnreadAmount`", async () => {
    const tag = newTag();
    const client = await open(tag);
    for (const text of texts(0, FITTING)) client.socket.send(encode(text));
    expect(await letRead(tag, FITTING)).toEqual(texts(0, FITTING));
    client.socket.close();
  });

  test.runIf(inject("runtime").startsWith("node"))(
    "pauses the socket above it, and loses nothing",
    async () => {
      const tag = newTag();
      const client = await open(tag);
      const all = texts(0, 3 * FITTING);
      for (const text of all) client.socket.send(encode(text));
      expect(await letRead(tag, all.length)).toEqual(all);
      client.socket.close();
    },
  );

  test.skipIf(inject("runtime").startsWith("node"))(
    "closes the socket above it with 1013, for the runtime cannot pause it",
    async () => {
      const client = await open(newTag());
      for (const text of texts(0, FITTING + 1)) client.socket.send(encode(text));
      if (framed) expect(await client.readMessage()).toBe('c[1013,"Too much data waiting"]');
      expect((await client.readEnd()).code).toBe(1000);
    },
  );
});
