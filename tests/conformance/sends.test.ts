import { describe, expect, inject, test } from "vitest";
import { connectBytes } from "../harness/byte-connection.ts";
import { header } from "../harness/http-head.ts";
import { encodeHead, readAnswer, request, requestHead, type Answer } from "../harness/request.ts";
import { newSession, openSession, poll, send } from "../harness/session.ts";

const port = inject("standardPort");

const FORM = "application/x-www-form-urlencoded";

function post(path: string, body: string | undefined, contentType?: string): Promise<Answer> {
  const headers = contentType === undefined ? {} : { "Content-Type": contentType };
  return request(port, path, { method: "POST", headers, ...(body === undefined ? {} : { body }) });
}

describe("xhr_send", () => {
  test("answers 204 without a body", async () => {
    const answer = await post(
      `${await openSession(port, "/echo")}/xhr_send`,
      '["x"]',
      "text/plain",
    );
    expect(answer.status).toBe(204);
    expect(answer.body).toBe("");
    expect(header(answer, "content-type")).toBe("text/plain; charset=UTF-8");
  });

  test("has handed the messages to the application when it answers", async () => {
    const session = await openSession(port, "/echo");
    await send(port, session, "x", "y");
    expect(await poll(port, session)).toBe('a["x","y"]\n');
  });

  test.each([
    "text/plain",
    "T",
    "application/json",
    "application/xml",
    "text/xml",
    "",
    "text/plain; charset=utf-8",
    "application/json;charset=UTF-8",
    FORM,
    "multipart/form-data; boundary=x",
  ])("reads the payload whatever its Content-Type: %s", async (contentType) => {
    const session = await openSession(port, "/echo");
    const answer = await post(`${session}/xhr_send`, '["x"]', contentType);
    expect(answer.status).toBe(204);
    expect(await poll(port, session)).toBe('a["x"]\n');
  });

  test("reads UTF-8", async () => {
    const session = await openSession(port, "/echo");
    await send(port, session, "\u20ac \u{1f600} \u00e9");
    expect(await poll(port, session)).toBe('a["\u20ac \u{1f600} \u00e9"]\n');
  });
});

describe("jsonp_send", () => {
  test("answers 200 and ok", async () => {
    const path = `${await openSession(port, "/echo")}/jsonp_send`;
    const answer = await post(path, "d=%5B%22x%22%5D", FORM);
    expect(answer.status).toBe(200);
    expect(answer.body).toBe("ok");
    expect(header(answer, "content-type")).toBe("text/plain; charset=UTF-8");
  });

  test.each([
    ["the form field d", "d=%5B%22a%20b%22%5D", FORM, 'a["a b"]\n'],
    ["the form field d with a charset", "d=%5B%22x%22%5D", `${FORM}; charset=UTF-8`, 'a["x"]\n'],
    ["the form field d, + for a space", "d=%5B%22a+b%2B%22%5D", FORM, 'a["a b+"]\n'],
    ["the form field d among others", "a=1&d=%5B%22x%22%5D&b=2", FORM, 'a["x"]\n'],
    ["the form field d, written raw", 'd=["x"]', FORM, 'a["x"]\n'],
    ["UTF-8 in the form field", "d=%5B%22%E2%82%AC%22%5D", FORM, 'a["\u20ac"]\n'],
    ["raw JSON as text/plain", '["%61+=&"]', "text/plain", 'a["%61+=&"]\n'],
    ["raw JSON as text/plain with a charset", '["x"]', "text/plain; charset=UTF-8", 'a["x"]\n'],
  ])("reads %s", async (_title, body, contentType, frame) => {
    const session = await openSession(port, "/echo");
    expect((await post(`${session}/jsonp_send`, body, contentType)).body).toBe("ok");
    expect(await poll(port, session)).toBe(frame);
  });

  test.each([
    ["an empty form field", "d=", FORM, "Payload expected."],
    ["no form field", "p=%5B%5D", FORM, "Payload expected."],
    ["an empty form", "", FORM, "Payload expected."],
    ["raw JSON as a form", '["x"]', FORM, "Payload expected."],
    ["an empty text", "", "text/plain", "Payload expected."],
    ["a broken form field", "d=%5B%22x", FORM, "Broken JSON encoding."],
    ["a broken text", '["x', "text/plain", "Broken JSON encoding."],
    ["a form as text/plain", "d=%5B%22x%22%5D", "text/plain", "Broken JSON encoding."],
  ])("refuses %s", async (_title, body, contentType, message) => {
    const session = await openSession(port, "/echo");
    const answer = await post(`${session}/jsonp_send`, body, contentType);
    expect(answer.status).toBe(500);
    expect(answer.body).toContain(message);
    await send(port, session, "after");
    expect(await poll(port, session)).toBe('a["after"]\n');
  });
});

describe.each(["xhr_send", "jsonp_send"])("%s", (segment) => {
  test.each([
    ["an empty body", "", "Payload expected."],
    ["no body", undefined, "Payload expected."],
    ["an object", "{}", "Payload expected."],
    ["a string", '"x"', "Payload expected."],
    ["a number", "1", "Payload expected."],
    ["null", "null", "Payload expected."],
    ["a string that does not end", '["x', "Broken JSON encoding."],
    ["an array that does not end", '["x"', "Broken JSON encoding."],
    ["what is no JSON", "x", "Broken JSON encoding."],
    ["a trailing comma", '["x",]', "Broken JSON encoding."],
    ["two arrays", '["x"]["y"]', "Broken JSON encoding."],
    ["a number among strings", '["x",1]', "Broken JSON encoding."],
    ["null among strings", '["x",null]', "Broken JSON encoding."],
    ["an array in the array", '[["x"]]', "Broken JSON encoding."],
    ["an object among strings", '[{"x":1},"y"]', "Broken JSON encoding."],
    ["100 000 open brackets", "[".repeat(100_000), "Broken JSON encoding."],
  ])(
    "refuses %s, delivers nothing of it, and the session lives on",
    async (_title, body, message) => {
      const session = await openSession(port, "/echo");
      const answer = await post(`${session}/${segment}`, body, "text/plain");
      expect(answer.status).toBe(500);
      expect(answer.body).toContain(message);
      expect(header(answer, "content-type")).toBe("text/plain; charset=UTF-8");
      await send(port, session, "after");
      expect(await poll(port, session)).toBe('a["after"]\n');
    },
  );

  test("to an unknown session answers 404 and opens none", async () => {
    const session = newSession("/echo");
    expect((await post(`${session}/${segment}`, '["x"]', "text/plain")).status).toBe(404);
    expect((await post(`${session}/${segment}`, '["x"]', "text/plain")).status).toBe(404);
    expect(await poll(port, session)).toBe("o\n");
  });

  test("to an unknown session answers 404 before the body comes", async () => {
    const head = await requestHead(port, `${newSession("/echo")}/${segment}`, {
      method: "POST",
      headers: { "Content-Length": "1000000" },
    });
    expect(head.status).toBe(404);
  });

  test("takes head and body in segments of their own", async () => {
    const session = await openSession(port, "/echo");
    const connection = await connectBytes(port);
    const head = encodeHead(`${session}/${segment}`, { method: "POST", body: '["segments"]' });
    for (const bytes of [head.slice(0, 20), head.slice(20), '["seg', 'ments"]']) {
      await connection.write(bytes);
    }
    expect([200, 204]).toContain((await readAnswer(connection)).status);
    expect(await poll(port, session)).toBe('a["segments"]\n');
    connection.close();
  });

  test("takes a chunked body, a character split between chunks", async () => {
    const session = await openSession(port, "/echo");
    const connection = await connectBytes(port);
    const headers = { "Transfer-Encoding": "chunked" };
    await connection.write(encodeHead(`${session}/${segment}`, { method: "POST", headers }));
    await connection.write(Buffer.from('3\r\n["\xe2\r\n', "latin1"));
    await connection.write(Buffer.from('4\r\n\x82\xac"]\r\n0\r\n\r\n', "latin1"));
    expect([200, 204]).toContain((await readAnswer(connection)).status);
    expect(await poll(port, session)).toBe('a["\u20ac"]\n');
    connection.close();
  });

  test("sends one after the other keep their order", async () => {
    const session = await openSession(port, "/echo");
    const messages = Array.from({ length: 30 }, (_item, index) => `${index}`);
    for (const message of messages) {
      await post(`${session}/${segment}`, JSON.stringify([message]), "text/plain");
    }
    expect(await poll(port, session)).toBe(`a${JSON.stringify(messages)}\n`);
  });
});

describe("hostile sends", () => {
  test("form bytes that are not UTF-8 are broken JSON, and the session lives on", async () => {
    const session = await openSession(port, "/echo");
    const answer = await post(`${session}/jsonp_send`, "d=%5B%22%ff%22%5D", FORM);
    expect([answer.status, answer.body]).toEqual([500, "Broken JSON encoding.\n"]);
    await send(port, session, "x");
    expect(await poll(port, session)).toBe('a["x"]\n');
  });

  test("an expectation other than 100-continue is answered 417 before the body comes", async () => {
    const session = await openSession(port, "/echo");
    const head = await requestHead(port, `${session}/xhr_send`, {
      method: "POST",
      headers: { "Content-Length": "5", Expect: "200-ok" },
    });
    expect(head.status).toBe(417);
  });
});
