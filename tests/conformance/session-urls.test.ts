import { randomUUID } from "node:crypto";
import { describe, expect, inject, test } from "vitest";
import { request } from "../harness/request.ts";
import { newSession, openSession, poll, send, sendPayload } from "../harness/session.ts";
import { openWebSocket } from "../harness/websocket-client.ts";

const port = inject("standardPort");

const TRANSPORT_URLS = [
  "xhr",
  "xhr_send",
  "xhr_streaming",
  "eventsource",
  "htmlfile?c=cb",
  "jsonp?c=cb",
  "jsonp_send",
  "websocket",
];

describe("session URL", () => {
  test.each([
    "a",
    "_",
    "1",
    "abcdefgh_i-j%20",
    "a%2Fb",
    "%E2%82%AC",
    "a%3Fb",
    "~!$&'()*+,;=:@",
    "%zz",
    "%",
  ])("takes %s for a server id and a session id", async (id) => {
    const session = `/echo/${id}/${id}-${randomUUID()}`;
    expect(await poll(port, session)).toBe("o\n");
    await send(port, session, "x");
    expect(await poll(port, session)).toBe('a["x"]\n');
  });

  test.each(["//", "/a./a", "/a/a.", "/", "///", "/a.b/a", "/a/b.c", "/.a/b", "/a/", "//a"])(
    "%s before the transport answers 404, whatever the method",
    async (ids) => {
      const paths = TRANSPORT_URLS.map((url) => `/echo${ids}/${url}`);
      const methods = ["GET", "POST", "OPTIONS", "PUT"];
      const answers = await Promise.all(
        paths.flatMap((path) => methods.map((method) => request(port, path, { method, body: "" }))),
      );
      expect(new Set(answers.map((answer) => answer.status))).toEqual(new Set([404]));
    },
  );

  // Where the runtime gives a parsed URL, dot segments are gone from it: /echo/././xhr is /echo/xhr.
  test.each(["/./.", "/%2e/%2e", "/../a", "/a/.."])(
    "%s before the transport opens no session",
    async (ids) => {
      const answers = await Promise.all([
        request(port, `/echo${ids}/xhr`, { method: "POST" }),
        request(port, `/echo${ids}/eventsource`),
      ]);
      expect(answers.map((answer) => answer.status)).toEqual([404, 404]);
    },
  );

  test.each([
    "/a/xhr",
    "/a/b/xhr/",
    "/a/b/c/xhr",
    "/a/b/xhr/a",
    "/a/b/XHR",
    "/a/b/xhr%20",
    "/a/b/unknown",
    "/a/b/",
  ])("%s answers 404", async (path) => {
    const answers = await Promise.all(
      ["GET", "POST"].map((method) => request(port, `/echo${path}`, { method, body: "" })),
    );
    expect(answers.map((answer) => answer.status)).toEqual([404, 404]);
  });

  test("the query does not matter", async () => {
    const answer = await request(port, `${newSession("/echo")}/xhr?t=1234`, { method: "POST" });
    expect(answer.body).toBe("o\n");
  });
});

describe("session id", () => {
  test("names the session alone: the server id may change", async () => {
    const id = randomUUID();
    expect(await poll(port, `/echo/000/${id}`)).toBe("o\n");
    await send(port, `/echo/999/${id}`, "x");
    expect(await poll(port, `/echo/abc/${id}`)).toBe('a["x"]\n');
  });

  test("is compared as a whole and by case", async () => {
    const session = await openSession(port, "/echo");
    expect((await sendPayload(port, session.slice(0, -1), '["x"]')).status).toBe(404);
    expect((await sendPayload(port, `${session}x`, '["x"]')).status).toBe(404);
    const upper = session.toUpperCase().replace("/ECHO", "/echo");
    expect((await sendPayload(port, upper, '["x"]')).status).toBe(404);
  });

  test.each(["__proto__", "constructor", "toString", "hasOwnProperty", "prototype"])(
    "%s is an ordinary id",
    async (id) => {
      expect((await sendPayload(port, `/echo/000/${id}`, '["x"]')).status).toBe(404);
      expect(await poll(port, `/echo/000/${id}`)).toBe("o\n");
      await send(port, `/echo/000/${id}`, "x");
      expect(await poll(port, `/echo/000/${id}`)).toBe('a["x"]\n');
    },
  );

  test("belongs to its service: the same id elsewhere is another session", async () => {
    const id = randomUUID();
    expect(await poll(port, `/echo/000/${id}`)).toBe("o\n");
    expect((await sendPayload(port, `/cookie_needed_echo/000/${id}`, '["x"]')).status).toBe(404);
    expect(await poll(port, `/cookie_needed_echo/000/${id}`)).toBe("o\n");
    await send(port, `/echo/000/${id}`, "one");
    await send(port, `/cookie_needed_echo/000/${id}`, "two");
    expect(await poll(port, `/cookie_needed_echo/000/${id}`)).toBe('a["two"]\n');
    expect(await poll(port, `/echo/000/${id}`)).toBe('a["one"]\n');
  });

  test("of a WebSocket names nothing: two share it, and no HTTP request finds it", async () => {
    const session = newSession("/echo");
    const first = await openWebSocket(port, `${session}/websocket`);
    const second = await openWebSocket(port, `${session}/websocket`);
    expect([await first.readMessage(), await second.readMessage()]).toEqual(["o", "o"]);
    expect((await sendPayload(port, session, '["x"]')).status).toBe(404);
    expect(await poll(port, session)).toBe("o\n");
    first.socket.send('["one"]');
    expect(await first.readMessage()).toBe('a["one"]');
    second.socket.send('["two"]');
    expect(await second.readMessage()).toBe('a["two"]');
    first.socket.close();
    second.socket.close();
    await Promise.all([first.readEnd(), second.readEnd()]);
    const third = await openWebSocket(port, `${session}/websocket`);
    expect(await third.readMessage()).toBe("o");
    third.socket.close();
  });
});
