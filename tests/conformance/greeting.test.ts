import { describe, expect, inject, test } from "vitest";
import { header, headerList } from "../harness/http-head.ts";
import { request } from "../harness/request.ts";

const standard = inject("standardPort");
const probe = inject("probePort");

describe("greeting", () => {
  test.each(["/echo", "/echo/", "/echo?t=1", "/echo/?t=1", "/close", "/cookie_needed_echo/"])(
    "GET %s answers the welcome text without a cookie",
    async (path) => {
      const answer = await request(standard, path, { headers: { Cookie: "JSESSIONID=x" } });
      expect(answer.status).toBe(200);
      expect(answer.body).toBe("Welcome to SockJS!\n");
      expect(header(answer, "content-type")).toBe("text/plain; charset=UTF-8");
      expect(header(answer, "x-content-type-options")).toBe("nosniff");
      expect(header(answer, "set-cookie")).toBeUndefined();
    },
  );

  test("HEAD answers the same head without a body", async () => {
    const answer = await request(standard, "/echo", { method: "HEAD" });
    expect(answer.status).toBe(200);
    expect(answer.body).toBe("");
    expect(header(answer, "content-type")).toBe("text/plain; charset=UTF-8");
  });

  test.each(["POST", "PUT", "DELETE", "OPTIONS", "PATCH"])("%s answers 405", async (method) => {
    const answer = await request(standard, "/echo", { method, body: "" });
    expect(answer.status).toBe(405);
    expect(headerList(answer, "allow")).toEqual(["GET", "HEAD"]);
    expect(answer.body).toBe("");
    expect(header(answer, "content-type")).toBeUndefined();
  });

  test.each(["/", "/trailing-slash", "/trailing-slash/", "/deep/er/prefix", "/deep/er/prefix/"])(
    "GET %s is the greeting of a service whose prefix is empty, ends in a slash, or is deep",
    async (path) => {
      const answer = await request(probe, path);
      expect([answer.status, answer.body]).toEqual([200, "Welcome to SockJS!\n"]);
    },
  );
});

describe("unknown URL", () => {
  test.each([
    "/echo//",
    "/echo///",
    "/echo/a",
    "/echo/a.html",
    "/echo/a/a",
    "/echo/a/a/",
    "/echo/a/",
    "/echo/info/",
    "/echo/websocket/",
    "/echo/Info",
    "/echo/a/b/c/d",
  ])("GET %s answers 404 as plain text without a cookie", async (path) => {
    const answer = await request(standard, path);
    expect(answer.status).toBe(404);
    expect(header(answer, "content-type")).toBe("text/plain; charset=UTF-8");
    expect(header(answer, "set-cookie")).toBeUndefined();
  });

  test.each(["POST", "PUT", "OPTIONS", "DELETE"])("%s answers 404, too", async (method) => {
    const answer = await request(standard, "/echo/a", { method, body: "" });
    expect(answer.status).toBe(404);
  });

  test.each(["/echoes", "/ech", "/echo.html", "/ECHO", "/ECHO/info", "/echo%2Finfo"])(
    "GET %s is not under /echo",
    async (path) => {
      expect((await request(standard, path)).status).toBe(404);
    },
  );
});
