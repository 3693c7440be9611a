import { describe, expect, inject, test } from "vitest";
import { connectBytes, type ByteConnection } from "../harness/byte-connection.ts";
import { header, type Head } from "../harness/http-head.ts";
import { RECEIVING_TRANSPORTS, STREAMING_TRANSPORTS } from "../harness/receiving-transports.ts";
import { readAnswer, writeRequest, type RequestParts } from "../harness/request.ts";
import { newSession, openSession, send } from "../harness/session.ts";

const port = inject("standardPort");

// The protocol's public suite gives a server so long to end the connection after the last byte.
const END_DEADLINE_MS = 100;

async function ask(path: string, parts: RequestParts): Promise<[ByteConnection, Head]> {
  const connection = await connectBytes(port);
  await writeRequest(connection, path, { httpVersion: "1.0", ...parts });
  const head = await connection.readHead();
  expect(header(head, "transfer-encoding")).toBeUndefined();
  return [connection, head];
}

describe("HTTP/1.0", () => {
  test.each([
    ["greeting", "/echo", "Welcome to SockJS!\n"],
    ["unknown URL", "/echo/unknown", expect.any(String)],
  ])("%s: the body ends with the connection, by FIN, at once", async (_title, path, body) => {
    const [connection] = await ask(path, {});
    const remainder = await connection.readRemainder();
    expect([remainder.text, remainder.end]).toEqual([body, "FIN"]);
    expect(remainder.endedAfterMs).toBeLessThan(END_DEADLINE_MS);
  });

  test("xhr: one frame, then FIN at once", async () => {
    const [connection, head] = await ask(`${newSession("/echo")}/xhr`, { method: "POST" });
    expect(head.status).toBe(200);
    const remainder = await connection.readRemainder();
    expect([remainder.text, remainder.end]).toEqual(["o\n", "FIN"]);
    expect(remainder.endedAfterMs).toBeLessThan(END_DEADLINE_MS);
  });

  test("xhr_send: 204, then FIN at once", async () => {
    const path = `${await openSession(port, "/echo")}/xhr_send`;
    const [connection, head] = await ask(path, { method: "POST", body: '["x"]' });
    expect(head.status).toBe(204);
    const remainder = await connection.readRemainder();
    expect([remainder.text, remainder.end]).toEqual(["", "FIN"]);
    expect(remainder.endedAfterMs).toBeLessThan(END_DEADLINE_MS);
  });

  test.each(RECEIVING_TRANSPORTS)(
    "$name of a closed session ends by FIN at once",
    async (transport) => {
      const session = newSession("/close");
      const path = `${session}/${transport.segment}?${transport.query}`;
      const { method } = transport;
      const opened = await ask(path, { method });
      expect((await opened[0].readRemainder()).end).toBe("FIN");
      const [connection, head] = await ask(path, { method });
      expect(header(head, "content-type")).toBe(transport.contentType);
      const { text, end, endedAfterMs } = await connection.readRemainder();
      expect(text.endsWith(transport.encode('c[3000,"Go away!"]'))).toBe(true);
      expect(end).toBe("FIN");
      expect(endedAfterMs).toBeLessThan(END_DEADLINE_MS);
    },
  );

  test.each(STREAMING_TRANSPORTS)(
    "$name writes its frames without chunks until the limit",
    async (transport) => {
      const session = newSession("/echo");
      const path = `${session}/${transport.segment}?${transport.query}`;
      const [connection, head] = await ask(path, { method: transport.method });
      expect(header(head, "content-length")).toBeUndefined();
      const open = transport.encode("o");
      const prelude = (await connection.readThrough(open)).slice(0, -open.length);
      expect(prelude).toMatch(transport.prelude);
      await send(port, session, "a");
      const frame = transport.encode('a["a"]');
      expect(await connection.readThrough(frame)).toBe(frame);
      await send(port, session, "x".repeat(5000));
      const { text, end, endedAfterMs } = await connection.readRemainder();
      expect(text).toBe(transport.encode(`a["${"x".repeat(5000)}"]`));
      expect(end).toBe("FIN");
      expect(endedAfterMs).toBeLessThan(END_DEADLINE_MS);
    },
  );
});

describe("HTTP/1.1", () => {
  test("Connection: close ends the connection by FIN after the answer", async () => {
    const connection = await connectBytes(port);
    await writeRequest(connection, "/echo", { headers: { Connection: "close" } });
    expect((await readAnswer(connection)).body).toBe("Welcome to SockJS!\n");
    const remainder = await connection.readRemainder();
    expect([remainder.text, remainder.end]).toEqual(["", "FIN"]);
  });

  test("Connection: close ends the connection by FIN after a streaming response", async () => {
    const connection = await connectBytes(port);
    const headers = { Connection: "close" };
    const path = `${newSession("/close")}/xhr_streaming`;
    await writeRequest(connection, path, { method: "POST", headers });
    expect((await readAnswer(connection)).body).toBe(
      `${"h".repeat(2048)}\no\nc[3000,"Go away!"]\n`,
    );
    const remainder = await connection.readRemainder();
    expect([remainder.text, remainder.end]).toEqual(["", "FIN"]);
  });

  test("requests written at once are answered in order", async () => {
    const session = await openSession(port, "/echo");
    const connection = await connectBytes(port);
    await Promise.all([
      writeRequest(connection, "/echo"),
      writeRequest(connection, `${session}/xhr_send`, { method: "POST", body: '["x"]' }),
      writeRequest(connection, `${session}/xhr`, { method: "POST", body: "" }),
    ]);
    expect((await readAnswer(connection)).body).toBe("Welcome to SockJS!\n");
    expect((await readAnswer(connection)).status).toBe(204);
    expect((await readAnswer(connection)).body).toBe('a["x"]\n');
    connection.close();
  });
});
