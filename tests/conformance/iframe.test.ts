import { describe, expect, inject, test } from "vitest";
import { connectBytes } from "../harness/byte-connection.ts";
import { header, headerList } from "../harness/http-head.ts";
import { readAnswer, request, writeRequest } from "../harness/request.ts";

const standard = inject("standardPort");
const probe = inject("probePort");

const YEAR_MS = 31_536_000_000;

const page = (scriptUrl: string): string => `<!DOCTYPE html>
<html>
<head>
  <meta http-equiv="X-UA-Compatible" content="IE=edge" />
  <meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />
  <script src="${scriptUrl}"></script>
  <script>
    document.domain = document.domain;
    SockJS.bootstrap_iframe();
  </script>
</head>
<body>
  <h2>Don't panic!</h2>
  <p>This is a SockJS hidden iframe. It's used for cross domain magic.</p>
</body>
</html>`;

const DEFAULT_PAGE = page("https://cdn.jsdelivr.net/npm/sockjs-client@1/dist/sockjs.min.js");

async function readEtag(): Promise<string> {
  return header(await request(standard, "/echo/iframe.html"), "etag") ?? "";
}

describe("iframe page", () => {
  test.each([
    "/iframe.html",
    "/iframe-a.html",
    "/iframe-.html",
    "/iframe-0.1.2.html",
    "/iframe-0.1.2.abc-dirty.2144.html",
    "/iframe_x.html",
    "/iframe..html",
    "/iframe0.html",
    "/iframe.html?t=qweqweq123",
    "/iframe-a.html?t=%20",
  ])("GET %s answers the whole document", async (path) => {
    const answer = await request(standard, `/echo${path}`);
    expect(answer.status).toBe(200);
    expect(answer.body.trimEnd()).toBe(DEFAULT_PAGE);
  });

  test.each([
    "/iframe",
    "/iframe.htm",
    "/IFRAME.HTML",
    "/iframe.HTML",
    "/iframe.xml",
    "/iframe-/.html",
    "/iframeA.html",
    "/iframe-%20.html",
    "/iframe.html/",
    "/xiframe.html",
  ])("GET %s answers 404", async (path) => {
    expect((await request(standard, `/echo${path}`)).status).toBe(404);
  });

  test("may be cached for a year and sets no cookie", async () => {
    const answer = await request(standard, "/cookie_needed_echo/iframe.html");
    expect(header(answer, "content-type")).toBe("text/html; charset=UTF-8");
    expect(header(answer, "cache-control")).toBe("public, max-age=31536000");
    expect(header(answer, "etag")).toMatch(/^"[!#-~]+"$/);
    expect(header(answer, "x-content-type-options")).toBe("nosniff");
    expect(header(answer, "last-modified")).toBeUndefined();
    expect(header(answer, "set-cookie")).toBeUndefined();
    const expires = header(answer, "expires") ?? "";
    expect(new Date(expires).toUTCString()).toBe(expires);
    expect(Math.abs(Date.parse(expires) - Date.now() - YEAR_MS)).toBeLessThan(60_000);
  });

  test("has one ETag under every name", async () => {
    const other = await request(standard, "/echo/iframe-1.html?t=2");
    expect(header(other, "etag")).toBe(await readEtag());
  });

  test.each([
    ["the ETag", (etag: string) => etag],
    ["a list that holds it", (etag: string) => `"other", ${etag}`],
    ["its weak form", (etag: string) => `W/${etag}`],
  ])("answers 304 when If-None-Match is %s", async (_title, condition) => {
    const etag = await readEtag();
    const answer = await request(standard, "/echo/iframe.html", {
      headers: { "If-None-Match": condition(etag) },
    });
    expect(answer.status).toBe(304);
    expect(answer.body).toBe("");
    expect(header(answer, "content-type")).toBeUndefined();
    expect(header(answer, "set-cookie")).toBeUndefined();
    expect(header(answer, "etag")).toBe(etag);
  });

  test("a 304 carries no body: the connection serves the next request", async () => {
    const connection = await connectBytes(standard);
    await writeRequest(connection, "/echo/iframe.html", {
      headers: { "If-None-Match": await readEtag() },
    });
    expect((await connection.readHead()).status).toBe(304);
    await writeRequest(connection, "/echo");
    expect((await readAnswer(connection)).body).toBe("Welcome to SockJS!\n");
    connection.close();
  });

  test("answers 200 when If-None-Match is another ETag", async () => {
    const answer = await request(standard, "/echo/iframe.html", {
      headers: { "If-None-Match": '"other"' },
    });
    expect([answer.status, answer.body.trimEnd()]).toEqual([200, DEFAULT_PAGE]);
  });

  test("HEAD answers the same head without a body", async () => {
    const answer = await request(standard, "/echo/iframe.html", { method: "HEAD" });
    expect([answer.status, answer.body]).toEqual([200, ""]);
    expect(header(answer, "content-type")).toBe("text/html; charset=UTF-8");
    expect(header(answer, "etag")).toBe(await readEtag());
  });

  test("escapes the script URL as an HTML attribute", async () => {
    const answer = await request(probe, "/script-url/iframe.html");
    expect(answer.body).not.toContain('"><script>');
    const [, attribute = ""] = /<script src="([^"]*)"><\/script>\n/.exec(answer.body) ?? [];
    expect(attribute).toMatch(
      /^https:\/\/script\.example\/&(quot|#34|#x22);(>|&gt;)(<|&lt;)script(>|&gt;)&amp;\.js$/,
    );
    expect(answer.body.trimEnd()).toBe(page(attribute));
  });

  test.each(["POST", "PUT", "OPTIONS"])("%s answers 405", async (method) => {
    const answer = await request(standard, "/echo/iframe.html", { method, body: "" });
    expect(answer.status).toBe(405);
    expect(headerList(answer, "allow")).toEqual(["GET", "HEAD"]);
    expect(answer.body).toBe("");
    expect(header(answer, "content-type")).toBeUndefined();
  });
});
