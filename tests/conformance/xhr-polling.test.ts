import { describe, expect, inject, test } from "vitest";
import { connectBytes } from "../harness/byte-connection.ts";
import { header } from "../harness/http-head.ts";
import { readAnswer, request, writeRequest } from "../harness/request.ts";
import { newSession, openSession, poll, send, sendPayload } from "../harness/session.ts";

const port = inject("standardPort");

describe("xhr", () => {
  test("the first poll answers the open frame", async () => {
    const answer = await request(port, `${newSession("/echo")}/xhr`, { method: "POST", body: "" });
    expect(answer.status).toBe(200);
    expect(answer.body).toBe("o\n");
    expect(header(answer, "content-type")).toBe("application/javascript; charset=UTF-8");
  });

  test("a message comes back in the next poll", async () => {
    const session = await openSession(port, "/echo");
    await send(port, session, "a");
    expect(await poll(port, session)).toBe('a["a"]\n');
  });

  test("a poll waits until there is a message", async () => {
    const session = await openSession(port, "/echo");
    const waiting = poll(port, session);
    await send(port, session, "late");
    expect(await waiting).toBe('a["late"]\n');
  });

  test("messages of several payloads come in one frame, in order", async () => {
    const session = await openSession(port, "/echo");
    await send(port, session, "a", "b");
    await send(port, session, "c");
    expect(await poll(port, session)).toBe('a["a","b","c"]\n');
  });

  test("an empty array means nothing", async () => {
    const session = await openSession(port, "/echo");
    expect((await sendPayload(port, session, "[]")).status).toBe(204);
    await send(port, session, "after");
    expect(await poll(port, session)).toBe('a["after"]\n');
  });

  test("an empty message is a message", async () => {
    const session = await openSession(port, "/echo");
    await send(port, session, "", "");
    expect(await poll(port, session)).toBe('a["",""]\n');
  });

  test("one connection carries a whole session", async () => {
    const session = newSession("/echo");
    const connection = await connectBytes(port);
    await writeRequest(connection, `${session}/xhr`, { method: "POST", body: "" });
    expect((await readAnswer(connection)).body).toBe("o\n");
    await writeRequest(connection, `${session}/xhr_send`, { method: "POST", body: '["x"]' });
    expect((await readAnswer(connection)).status).toBe(204);
    await writeRequest(connection, `${session}/xhr`, { method: "POST", body: "" });
    expect((await readAnswer(connection)).body).toBe('a["x"]\n');
    connection.close();
  });

  test("a poll needs no Content-Length and may carry a body", async () => {
    const session = newSession("/echo");
    expect((await request(port, `${session}/xhr`, { method: "POST" })).body).toBe("o\n");
    await send(port, session, "x");
    const answer = await request(port, `${session}/xhr`, { method: "POST", body: "ignored" });
    expect(answer.body).toBe('a["x"]\n');
  });

  test("a large message arrives whole", async () => {
    const session = await openSession(port, "/echo");
    const message = "0123456789abcdef".repeat(16_384);
    await send(port, session, message);
    expect(await poll(port, session)).toBe(`a["${message}"]\n`);
  });
});
