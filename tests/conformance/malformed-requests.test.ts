import { describe, expect, inject, test } from "vitest";
import { connectBytes } from "../harness/byte-connection.ts";
import { readAnswer, request } from "../harness/request.ts";
import { newSession, openSession, poll, send } from "../harness/session.ts";

const port = inject("standardPort");
const probe = inject("probePort");

const HOSTS = ["[", "a b", "", "x:99999", "%%%", "user@host", "\u00e9", "//", "a/b?c#d"];

/** Writes bytes as they are and gives the status of the answer, or how the connection ended without one. */
async function statusOf(bytes: string): Promise<number | string> {
  const connection = await connectBytes(port);
  try {
    await connection.write(Buffer.from(bytes, "latin1"));
    return (await connection.readHead()).status;
  } catch (error) {
    const { end, text } = await connection.readRemainder();
    if (text !== "") throw error;
    return end;
  } finally {
    connection.close();
  }
}

async function expectAlive(): Promise<void> {
  expect((await request(port, "/echo")).body).toBe("Welcome to SockJS!\n");
}

describe("Host", () => {
  test.each(HOSTS)("%j is no reason to fail", async (host) => {
    const status = await statusOf(`GET /echo HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
    expect([200, 400, "FIN"]).toContain(status);
    await expectAlive();
  });

  test.each(HOSTS)("%j opens a session whose application reads the request's URL", async (host) => {
    const session = newSession("/recorded");
    const headers = { Host: host };
    const answer = await request(probe, `${session}/xhr`, { method: "POST", headers, body: "" });
    expect([
      [200, "o\n"],
      [400, expect.any(String)],
    ]).toContainEqual([answer.status, answer.body]);
    if (answer.status === 200) {
      await send(probe, session, "x");
      expect(await poll(probe, session)).toBe('a["x"]\n');
    }
  });

  test("does not change which URL is asked for", async () => {
    const bytes = "GET /close HTTP/1.1\r\nHost: x/echo/info?\r\n\r\n";
    const connection = await connectBytes(port);
    await connection.write(bytes);
    const answer = await readAnswer(connection);
    expect([
      [200, "Welcome to SockJS!\n"],
      [400, expect.any(String)],
    ]).toContainEqual([answer.status, answer.body]);
    connection.close();
  });
});

describe("request target", () => {
  test("in absolute form is answered as its path", async () => {
    const connection = await connectBytes(port);
    await connection.write("GET http://other.example/echo?x=1 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    const answer = await readAnswer(connection);
    expect([answer.status, answer.body]).toEqual([200, "Welcome to SockJS!\n"]);
    connection.close();
  });

  test.each([
    "//echo/info",
    "///",
    "/%",
    "/%zz",
    "/echo/%",
    "/echo/%ff%fe",
    "/echo/info%00",
    "/echo/..//info",
    "/\\echo",
  ])("%s is answered without failing", async (target) => {
    const status = await statusOf(`GET ${target} HTTP/1.1\r\nHost: localhost\r\n\r\n`);
    expect([400, 404]).toContain(status);
    await expectAlive();
  });

  test.each([
    "OPTIONS * HTTP/1.1",
    "CONNECT localhost:80 HTTP/1.1",
    "TRACE /echo HTTP/1.1",
    "TRACK /echo HTTP/1.1",
    "GET /echo/\u00e9 HTTP/1.1",
  ])("%s is answered, or the connection ended", async (line) => {
    const status = await statusOf(`${line}\r\nHost: localhost\r\n\r\n`);
    expect([400, 404, 405, 501, "FIN", "RST"]).toContain(status);
    await expectAlive();
  });

  test("of 10 000 characters is answered", async () => {
    const status = await statusOf(
      `GET /echo/${"x".repeat(10_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`,
    );
    expect([404, 414, 431]).toContain(status);
    await expectAlive();
  });
});

describe("header", () => {
  test.each([
    ["Origin", "\u00e9\u00ff"],
    ["Origin", "https://page.example\ta"],
    ["Access-Control-Request-Headers", "\u00e9"],
    ["Cookie", "JSESSIONID"],
    ["Cookie", ";;=;==;JSESSIONID=;"],
    ["Content-Type", "\u00e9;;;="],
    ["If-None-Match", '"'],
    ["X-Forwarded-For", ",,,"],
    ["Upgrade", ","],
    ["Connection", ","],
    ["Connection", "upgrade"],
  ])("%s: %s is no reason to fail", async (name, value) => {
    const session = newSession("/cookie_needed_echo");
    const answer = await request(port, `${session}/xhr`, {
      method: "POST",
      headers: { [name]: value },
      body: "",
    });
    expect([answer.status, answer.body]).toEqual([200, "o\n"]);
  });

  test("of 100 000 characters is refused, and the server lives", async () => {
    const connection = await connectBytes(port);
    void connection.write(
      `GET /echo HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(100_000)}\r\n\r\n`,
    );
    const { text } = await connection.readRemainder().catch(() => ({ text: connection.unread }));
    expect(text).toMatch(/^(HTTP\/1\.1 (431|400|200) |$)/);
    await expectAlive();
    connection.close();
  });
});

describe("body", () => {
  test("that is no UTF-8 does not end the session", async () => {
    const session = await openSession(port, "/echo");
    const body = Buffer.from([0x5b, 0x22, 0xff, 0xfe, 0xc3, 0x22, 0x5d]);
    const answer = await request(port, `${session}/xhr_send`, { method: "POST", body });
    expect([204, 500]).toContain(answer.status);
    await send(port, session, "after");
    expect(await poll(port, session)).toMatch(/"after"\]\n$/);
  });

  test("with a chunk size that is no number is refused, and the server lives", async () => {
    const session = await openSession(port, "/echo");
    const head = `POST ${session}/xhr_send HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n`;
    const status = await statusOf(`${head}zz\r\n["x"]\r\n0\r\n\r\n`);
    expect([400, 500, "FIN", "RST"]).toContain(status);
    await send(port, session, "after");
    expect(await poll(port, session)).toBe('a["after"]\n');
  });

  test("with two lengths is refused", async () => {
    const session = await openSession(port, "/echo");
    const lengths = "Content-Length: 5\r\nContent-Length: 6\r\n";
    const status = await statusOf(
      `POST ${session}/xhr_send HTTP/1.1\r\nHost: localhost\r\n${lengths}\r\n["x"] `,
    );
    expect([400, "FIN", "RST"]).toContain(status);
  });

  test("announced by Expect: 100-continue is asked for and taken", async () => {
    const session = await openSession(port, "/echo");
    const connection = await connectBytes(port);
    const headers = "Host: localhost\r\nContent-Length: 5\r\nExpect: 100-continue\r\n";
    await connection.write(`POST ${session}/xhr_send HTTP/1.1\r\n${headers}\r\n`);
    expect((await connection.readHead()).status).toBe(100);
    await connection.write('["x"]');
    expect((await readAnswer(connection)).status).toBe(204);
    expect(await poll(port, session)).toBe('a["x"]\n');
    connection.close();
  });
});
