import { describe, expect, inject, test } from "vitest";
import { connectBytes } from "../harness/byte-connection.ts";
import { header, headerList } from "../harness/http-head.ts";
import { request, requestHead, type Answer } from "../harness/request.ts";
import { newSession } from "../harness/session.ts";
import {
  acceptValue,
  encodeHandshake,
  HANDSHAKE_HEADERS,
  WEBSOCKET_KEY,
} from "../harness/websocket-handshake.ts";

const standard = inject("standardPort");
const probe = inject("probePort");

function without(name: string): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(HANDSHAKE_HEADERS).filter(([key]) => key !== name));
}

function expectNotAllowed(answer: Answer): void {
  expect(answer.status).toBe(405);
  expect(headerList(answer, "allow")).toEqual(["GET"]);
  expect(answer.body).toBe("");
  expect(header(answer, "content-type")).toBeUndefined();
}

describe.each(["/echo/websocket", "/echo/000/upgrade/websocket"])("upgrade of %s", (path) => {
  test("answers 101 with the accept value", async () => {
    const head = await requestHead(standard, path, { headers: HANDSHAKE_HEADERS });
    expect(head.status).toBe(101);
    expect(header(head, "upgrade")?.toLowerCase()).toBe("websocket");
    expect(header(head, "connection")?.toLowerCase()).toBe("upgrade");
    expect(header(head, "sec-websocket-accept")).toBe(acceptValue(WEBSOCKET_KEY));
    expect(header(head, "sec-websocket-protocol")).toBeUndefined();
    expect(header(head, "set-cookie")).toBeUndefined();
  });

  test.each([
    ["Upgrade: WebSocket", { Upgrade: "WebSocket" }],
    ["Connection: keep-alive, Upgrade", { Connection: "keep-alive, Upgrade" }],
    ["Connection: upgrade", { Connection: "upgrade" }],
  ])("answers 101 to %s", async (_title, headers) => {
    const parts = { headers: { ...HANDSHAKE_HEADERS, ...headers } };
    const head = await requestHead(standard, path, parts);
    expect(head.status).toBe(101);
  });

  test("takes the handshake in three segments", async () => {
    const connection = await connectBytes(standard);
    const bytes = encodeHandshake(path);
    for (const segment of [bytes.slice(0, 10), bytes.slice(10, -10), bytes.slice(-10)]) {
      await connection.write(segment);
    }
    expect((await connection.readHead()).status).toBe(101);
    connection.close();
  });

  test.each([
    ["no upgrade at all", {}],
    ["Connection: close", { ...HANDSHAKE_HEADERS, Connection: "close" }],
    ["no Connection", without("Connection")],
    ["no Upgrade", without("Upgrade")],
    ["another protocol", { ...HANDSHAKE_HEADERS, Upgrade: "h2c" }],
  ])("answers 400 to %s", async (_title, headers) => {
    const answer = await request(standard, path, { headers });
    expect(answer.status).toBe(400);
    expect(answer.body).toContain("Not a valid websocket request");
    expect(header(answer, "content-type")).toBe("text/plain; charset=UTF-8");
  });

  test.each([
    ["no key", without("Sec-WebSocket-Key"), [400]],
    ["a key of three bytes", { ...HANDSHAKE_HEADERS, "Sec-WebSocket-Key": "YWJj" }, [400]],
    ["a key that is no base64", { ...HANDSHAKE_HEADERS, "Sec-WebSocket-Key": "%%%" }, [400]],
    ["no version", without("Sec-WebSocket-Version"), [400, 426]],
    ["version 99", { ...HANDSHAKE_HEADERS, "Sec-WebSocket-Version": "99" }, [400, 426]],
  ])("refuses %s", async (_title, headers, statuses) => {
    const answer = await request(standard, path, { headers });
    expect(statuses).toContain(answer.status);
  });

  test.each(["POST", "PUT", "DELETE"])(
    "answers 405 to %s with the headers of a handshake",
    async (method) => {
      expectNotAllowed(await request(standard, path, { method, headers: HANDSHAKE_HEADERS }));
    },
  );

  test("answers 405 to POST with the headers of a handshake and a body", async () => {
    const parts = { method: "POST", headers: HANDSHAKE_HEADERS, body: "" };
    expectNotAllowed(await request(standard, path, parts));
  });

  test("answers 405 to POST with Connection: Upgrade alone", async () => {
    const headers = { Connection: "Upgrade" };
    expect((await request(standard, path, { method: "POST", headers, body: "" })).status).toBe(405);
  });
});

describe("upgrade", () => {
  test.each(["/disabled_websocket_echo/websocket", "/disabled_websocket_echo/000/a/websocket"])(
    "of %s, disabled, answers 404 with and without a handshake, whatever the method",
    async (path) => {
      const handshake = await request(standard, path, { headers: HANDSHAKE_HEADERS });
      const plain = await request(standard, path);
      const post = await request(standard, path, { method: "POST", body: "" });
      expect([handshake.status, plain.status, post.status]).toEqual([404, 404, 404]);
      expect(header(plain, "content-type")).toBe("text/plain; charset=UTF-8");
    },
  );

  test.each([
    "/echo/unknown",
    "/echo/a.b/c/websocket",
    "/echo/a//websocket",
    "/echo/websocket/",
    "/echoes/websocket",
    "/websocket",
  ])("of %s answers 404", async (path) => {
    expect((await request(standard, path, { headers: HANDSHAKE_HEADERS })).status).toBe(404);
  });

  test("of the greeting is ignored: it answers as ever", async () => {
    const answer = await request(standard, "/echo", { headers: HANDSHAKE_HEADERS });
    expect([answer.status, answer.body]).toEqual([200, "Welcome to SockJS!\n"]);
  });

  test("to HTTP/2 offered with a request, as some HTTP libraries do, is ignored", async () => {
    const session = newSession("/echo");
    const headers = {
      Connection: "Upgrade, HTTP2-Settings",
      Upgrade: "h2c",
      "HTTP2-Settings": "AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA",
    };
    const info = await request(standard, "/echo/info", { headers });
    expect(info.status).toBe(200);
    const poll = await request(standard, `${session}/xhr`, { method: "POST", headers, body: "" });
    expect([poll.status, poll.body]).toEqual([200, "o\n"]);
    const send = { method: "POST", headers, body: '["x"]' };
    expect((await request(standard, `${session}/xhr_send`, send)).status).toBe(204);
    const next = await request(standard, `${session}/xhr`, { method: "POST", headers, body: "" });
    expect(next.body).toBe('a["x"]\n');
  });

  test.each(["a, b", ""])("picks no subprotocol of `%s`", async (offered) => {
    const headers = { ...HANDSHAKE_HEADERS, "Sec-WebSocket-Protocol": offered };
    const head = await requestHead(standard, "/echo/websocket", { headers });
    expect(head.status).toBe(101);
    expect(header(head, "sec-websocket-protocol")).toBeUndefined();
  });

  test("of a service with an empty prefix works", async () => {
    const head = await requestHead(probe, "/websocket", { headers: HANDSHAKE_HEADERS });
    expect(head.status).toBe(101);
  });
});
