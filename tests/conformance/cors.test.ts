import { describe, expect, inject, test } from "vitest";
import { header, headerList, type Head } from "../harness/http-head.ts";
import { request, requestBodiless } from "../harness/request.ts";
import { newSession, openSession, sendPayload } from "../harness/session.ts";

const port = inject("standardPort");

interface Endpoint {
  readonly name: string;
  readonly method: "GET" | "POST";
  path(): string;
}

const ENDPOINTS: readonly Endpoint[] = [
  { name: "info", method: "GET", path: () => "/echo/info" },
  { name: "xhr", method: "POST", path: () => `${newSession("/echo")}/xhr` },
  { name: "xhr_streaming", method: "POST", path: () => `${newSession("/echo")}/xhr_streaming` },
  {
    name: "xhr_send to an unknown session",
    method: "POST",
    path: () => `${newSession("/echo")}/xhr_send`,
  },
  { name: "eventsource", method: "GET", path: () => `${newSession("/echo")}/eventsource` },
];

const PREFLIGHTED = [
  { name: "info", methods: ["GET", "OPTIONS"], path: "/echo/info" },
  { name: "xhr", methods: ["OPTIONS", "POST"], path: "/echo/000/cors/xhr" },
  { name: "xhr_send", methods: ["OPTIONS", "POST"], path: "/echo/000/cors/xhr_send" },
  { name: "xhr_streaming", methods: ["OPTIONS", "POST"], path: "/echo/000/cors/xhr_streaming" },
];

function ask(endpoint: Endpoint, headers: Readonly<Record<string, string>>): Promise<Head> {
  return requestBodiless(port, endpoint.path(), endpoint.method, headers);
}

describe("CORS", () => {
  describe.each(ENDPOINTS)("on $name", (endpoint) => {
    test.each(["https://page.example", "http://localhost:8080", "null"])(
      "allows the origin %s with credentials",
      async (origin) => {
        const head = await ask(endpoint, { Origin: origin });
        expect(header(head, "access-control-allow-origin")).toBe(origin);
        expect(header(head, "access-control-allow-credentials")).toBe("true");
        expect(headerList(head, "vary")).toContain("Origin");
      },
    );

    test("without an origin allows all, and no credentials", async () => {
      const head = await ask(endpoint, {});
      expect(header(head, "access-control-allow-origin")).toBe("*");
      expect(header(head, "access-control-allow-credentials")).toBeUndefined();
    });

    test("echoes the headers asked for", async () => {
      const head = await ask(endpoint, { "Access-Control-Request-Headers": "a, b, c" });
      expect(header(head, "access-control-allow-headers")).toBe("a, b, c");
    });

    test("names no headers when none, or an empty list, is asked for", async () => {
      const without = await ask(endpoint, {});
      const empty = await ask(endpoint, { "Access-Control-Request-Headers": "" });
      expect(header(without, "access-control-allow-headers")).toBeUndefined();
      expect(header(empty, "access-control-allow-headers")).toBeUndefined();
    });
  });

  test("holds for an accepted and for a broken payload of xhr_send", async () => {
    const session = await openSession(port, "/echo");
    const headers = { Origin: "https://page.example" };
    const path = `${session}/xhr_send`;
    const accepted = await request(port, path, { method: "POST", headers, body: "[]" });
    const broken = await request(port, path, { method: "POST", headers, body: "[" });
    expect([accepted.status, broken.status]).toEqual([204, 500]);
    for (const answer of [accepted, broken]) {
      expect(header(answer, "access-control-allow-origin")).toBe("https://page.example");
      expect(header(answer, "access-control-allow-credentials")).toBe("true");
      expect(headerList(answer, "vary")).toContain("Origin");
    }
  });
});

describe.each(PREFLIGHTED)("preflight of $name", ({ methods, path }) => {
  test("answers 204 without a body, to be cached for a year", async () => {
    const answer = await request(port, path, {
      method: "OPTIONS",
      headers: {
        Origin: "https://page.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "content-type",
      },
    });
    expect(answer.status).toBe(204);
    expect(header(answer, "cache-control")).toBe("public, max-age=31536000");
    expect(Date.parse(header(answer, "expires") ?? "")).toBeGreaterThan(
      Date.now() + 31_000_000_000,
    );
    expect(header(answer, "access-control-max-age")).toBe("31536000");
    expect(headerList(answer, "access-control-allow-methods")).toEqual(methods);
    expect(header(answer, "access-control-allow-headers")).toBe("content-type");
    expect(header(answer, "access-control-allow-origin")).toBe("https://page.example");
    expect(header(answer, "access-control-allow-credentials")).toBe("true");
    expect(headerList(answer, "vary")).toContain("Origin");
  });

  test("allows the origin null", async () => {
    const answer = await request(port, path, { method: "OPTIONS", headers: { Origin: "null" } });
    expect(header(answer, "access-control-allow-origin")).toBe("null");
    expect(header(answer, "access-control-allow-credentials")).toBe("true");
  });

  test("without an origin allows all, and names no headers", async () => {
    const answer = await request(port, path, { method: "OPTIONS" });
    expect(header(answer, "access-control-allow-origin")).toBe("*");
    expect(header(answer, "access-control-allow-credentials")).toBeUndefined();
    expect(header(answer, "access-control-allow-headers")).toBeUndefined();
  });

  test("opens no session", async () => {
    await request(port, path, { method: "OPTIONS" });
    expect((await sendPayload(port, "/echo/000/cors", "[]")).status).toBe(404);
  });
});
