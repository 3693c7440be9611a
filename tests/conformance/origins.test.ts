import { describe, expect, inject, test } from "vitest";
import { ALLOWED_ORIGIN } from "../fixtures/probe-services.ts";
import { header } from "../harness/http-head.ts";
import { request, statusOf } from "../harness/request.ts";
import { newSession } from "../harness/session.ts";
import { HANDSHAKE_HEADERS } from "../harness/websocket-handshake.ts";

const port = inject("probePort");

const SERVICE = "/allowed-origin";
const EVIL_ORIGIN = "https://evil.example";

const URLS = [
  { method: "POST", segment: "xhr" },
  { method: "POST", segment: "xhr_streaming" },
  { method: "GET", segment: "eventsource" },
  { method: "GET", segment: "htmlfile?c=cb" },
  { method: "GET", segment: "jsonp?c=cb" },
];

describe.each(URLS)("restricted origins on $segment", ({ method, segment }) => {
  const url = (): string => `${newSession(SERVICE)}/${segment}`;

  test("let in the allowed origin, and no other", async () => {
    expect(await statusOf(port, url(), method, { Origin: ALLOWED_ORIGIN })).toBe(200);
    expect(await statusOf(port, url(), method, { Origin: EVIL_ORIGIN })).toBe(403);
    expect(await statusOf(port, url(), method, { Origin: "null" })).toBe(403);
    expect(await statusOf(port, url(), method, { Origin: `${ALLOWED_ORIGIN}.evil.example` })).toBe(
      403,
    );
  });

  test("judge a request without Origin by Sec-Fetch-Site, then by Referer", async () => {
    expect(await statusOf(port, url(), method, { "Sec-Fetch-Site": "same-origin" })).toBe(200);
    expect(await statusOf(port, url(), method, { "Sec-Fetch-Site": "cross-site" })).toBe(403);
    expect(await statusOf(port, url(), method, { Referer: `${ALLOWED_ORIGIN}/page` })).toBe(200);
    expect(await statusOf(port, url(), method, { Referer: `${EVIL_ORIGIN}/page` })).toBe(403);
  });
});

describe("restricted origins", () => {
  test.each([`${SERVICE}/websocket`, `${SERVICE}/000/origin/websocket`])(
    "hold for %s",
    async (path) => {
      const allowed = { ...HANDSHAKE_HEADERS, Origin: ALLOWED_ORIGIN };
      const evil = { ...HANDSHAKE_HEADERS, Origin: EVIL_ORIGIN };
      expect(await statusOf(port, path, "GET", allowed)).toBe(101);
      expect(await statusOf(port, path, "GET", evil)).toBe(403);
    },
  );

  test("a refusal allows nobody by CORS", async () => {
    const answer = await request(port, `${newSession(SERVICE)}/xhr`, {
      method: "POST",
      headers: { Origin: EVIL_ORIGIN },
    });
    expect(answer.status).toBe(403);
    expect(header(answer, "access-control-allow-origin")).not.toBe(EVIL_ORIGIN);
    expect(header(answer, "access-control-allow-origin")).not.toBe("*");
  });

  test("the iframe page names who may frame it", async () => {
    const answer = await request(port, `${SERVICE}/iframe.html`);
    expect(answer.status).toBe(200);
    expect(header(answer, "content-security-policy")).toContain("frame-ancestors");
    expect(header(answer, "content-security-policy")).toContain(ALLOWED_ORIGIN);
  });
});

describe("credentials", () => {
  const ask = async (
    service: string,
    headers: Readonly<Record<string, string>>,
  ): Promise<string> => {
    const session = newSession(service);
    const opened = await request(port, `${session}/xhr?open=describe`, { method: "POST", headers });
    expect(opened.body).toBe("o\n");
    return (await request(port, `${session}/xhr`, { method: "POST", headers })).body;
  };
  const secrets = { Cookie: "secret=1", Authorization: "Bearer secret" };

  test("are hidden from the application when every origin may talk to the server", async () => {
    expect(await ask("/command", secrets)).not.toContain("secret");
  });

  test("are shown to the application when origins are restricted", async () => {
    const body = await ask(SERVICE, { ...secrets, Origin: ALLOWED_ORIGIN });
    expect(body).toContain("secret=1");
    expect(body).toContain("Bearer secret");
  });
});
