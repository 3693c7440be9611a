import { describe, expect, inject, test } from "vitest";
import { header, type Head } from "../harness/http-head.ts";
import { requestHead } from "../harness/request.ts";
import { newSession, openSession } from "../harness/session.ts";
import { HANDSHAKE_HEADERS } from "../harness/websocket-handshake.ts";

const standard = inject("standardPort");
const probe = inject("probePort");

const SESSION_URLS = [
  { name: "xhr", method: "POST", segment: "xhr" },
  { name: "xhr_streaming", method: "POST", segment: "xhr_streaming" },
  { name: "eventsource", method: "GET", segment: "eventsource" },
  { name: "htmlfile", method: "GET", segment: "htmlfile?c=cb" },
  { name: "jsonp", method: "GET", segment: "jsonp?c=cb" },
  { name: "preflight of xhr", method: "OPTIONS", segment: "xhr" },
  { name: "preflight of xhr_send", method: "OPTIONS", segment: "xhr_send" },
  { name: "preflight of xhr_streaming", method: "OPTIONS", segment: "xhr_streaming" },
];

function ask(
  port: number,
  path: string,
  method: string,
  headers: Readonly<Record<string, string>> = {},
  body = "",
): Promise<Head> {
  return requestHead(port, path, { method, headers, body });
}

describe("JSESSIONID", () => {
  describe.each(SESSION_URLS)("on $name", ({ method, segment }) => {
    const path = (): string => `${newSession("/cookie_needed_echo")}/${segment}`;

    test("is dummy when the request carries none", async () => {
      const head = await ask(standard, path(), method);
      expect(header(head, "set-cookie")).toBe("JSESSIONID=dummy; path=/");
    });

    test("is what the request carries", async () => {
      const head = await ask(standard, path(), method, { Cookie: "JSESSIONID=abcdef" });
      expect(header(head, "set-cookie")).toBe("JSESSIONID=abcdef; path=/");
    });

    test("is not set where it is off", async () => {
      const plain = `${newSession("/echo")}/${segment}`;
      const head = await ask(standard, plain, method, { Cookie: "JSESSIONID=abcdef" });
      expect(header(head, "set-cookie")).toBeUndefined();
    });
  });

  test.each(["xhr_send", "jsonp_send"])("is set on %s", async (segment) => {
    const session = await openSession(standard, "/cookie_needed_echo");
    const cookie = { Cookie: "JSESSIONID=abcdef" };
    const head = await ask(standard, `${session}/${segment}`, "POST", cookie, "[]");
    expect(head.status).toBe(segment === "xhr_send" ? 204 : 200);
    expect(header(head, "set-cookie")).toBe("JSESSIONID=abcdef; path=/");
  });

  test.each(["websocket", "000/abc/websocket"])("is set on %s", async (url) => {
    const headers = { ...HANDSHAKE_HEADERS, Cookie: "JSESSIONID=abcdef" };
    const head = await requestHead(standard, `/cookie_needed_echo/${url}`, { headers });
    expect(head.status).toBe(101);
    expect(header(head, "set-cookie")).toBe("JSESSIONID=abcdef; path=/");
  });

  test("is found among other cookies", async () => {
    const path = `${newSession("/cookie_needed_echo")}/xhr`;
    const cookie = "XJSESSIONID=no; a=JSESSIONID; JSESSIONID=found.worker-1; b=c";
    const head = await ask(standard, path, "POST", { Cookie: cookie });
    expect(header(head, "set-cookie")).toBe("JSESSIONID=found.worker-1; path=/");
  });

  test.each([
    ['a"b', undefined],
    ["a b", undefined],
    ["a,b", undefined],
    ["a\\b", undefined],
    ["a\u00e9b", undefined],
    ["a; Domain=evil.example", "JSESSIONID=a; path=/"],
  ])("never echoes what is no cookie value: %s", async (value, set) => {
    const path = `${newSession("/cookie_needed_echo")}/xhr`;
    const head = await ask(standard, path, "POST", { Cookie: `JSESSIONID=${value}` });
    expect(header(head, "set-cookie")).toBe(set);
  });

  test("is what the configured function gives", async () => {
    const path = `${newSession("/jsessionid-function")}/xhr`;
    const head = await ask(probe, path, "POST", { Cookie: "JSESSIONID=abcdef" });
    expect(header(head, "set-cookie")).toBe("JSESSIONID=from-function; path=/");
  });
});
