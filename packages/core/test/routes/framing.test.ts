import { expect, test } from "vitest";
import type { Origins } from "../../src/options/options.ts";
import { sockjs } from "../../src/sockjs.ts";

const HOST = { host: "server.example" };

async function ask(
  origins: Origins,
  headers: Readonly<Record<string, string>>,
): Promise<readonly [status: number, csp: string | null, caching: string | null]> {
  const server = sockjs({}, { origins });
  const request = new Request("http://server.example/iframe.html", {
    headers: { ...HOST, ...headers },
  });
  const response = await server.fetch(request);
  const { headers: answered } = response;
  const caching = answered.get("cache-control")?.split(",")[0] ?? null;
  return [response.status, answered.get("content-security-policy"), caching];
}

test("the iframe page of a server for everyone may be framed by anyone, and kept", async () => {
  expect(await ask("*", { referer: "https://evil.example/" })).toEqual([200, null, "public"]);
});

test("the iframe page names who may frame it where the origins can be named", async () => {
  expect(await ask(["https://a.example"], {})).toEqual([
    200,
    "frame-ancestors 'self' https://a.example",
    "public",
  ]);
});

test("the iframe page is refused to a page that names another origin", async () => {
  const headers = { referer: "https://evil.example/" };
  expect(await ask(["https://a.example"], headers)).toEqual([403, null, "no-store"]);
});

test("the iframe page is judged by each request, and not kept, where only code knows the origins", async () => {
  const isKnown: Origins = (origin) => origin === "https://a.example";

  expect(await ask(isKnown, { referer: "https://a.example/page" })).toEqual([
    200,
    null,
    "no-store",
  ]);
  expect(await ask(isKnown, { referer: "https://evil.example/" })).toEqual([403, null, "no-store"]);
  expect(await ask(isKnown, {})).toEqual([403, null, "no-store"]);
});
