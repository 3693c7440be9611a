import { describe, expect, inject, test } from "vitest";
import { header } from "../harness/http-head.ts";
import { request, requestHead } from "../harness/request.ts";
import { newSession, poll } from "../harness/session.ts";

const port = inject("standardPort");

describe.each(["jsonp", "htmlfile"])("the callback of %s", (segment) => {
  test.each(["", "?", "?c=", "?callback=", "?x=y", "?C=abc"])("is required: %s", async (query) => {
    const session = newSession("/echo");
    const answer = await request(port, `${session}/${segment}${query}`);
    expect(answer.status).toBe(500);
    expect(answer.body).toContain('"callback" parameter required');
    expect(header(answer, "content-type")).toBe("text/plain; charset=UTF-8");
    expect(await poll(port, session)).toBe("o\n");
  });

  test.each([
    "%20",
    "*",
    "abc(",
    "abc%28",
    "alert%28%29",
    "a%3Cb",
    "a%22",
    "a'b",
    "a%0Ab",
    "a%00",
    "%E2%82%AC",
    "a+b",
    "a[0]",
    "a,b",
    "a%",
    "abcdefghijklmnopqrstuvwxyz0123456",
  ])("is refused: %s", async (callback) => {
    const session = newSession("/echo");
    const answer = await request(port, `${session}/${segment}?c=${callback}`);
    expect(answer.status).toBe(500);
    expect(answer.body).toContain('invalid "callback" parameter');
    expect(header(answer, "content-type")).toBe("text/plain; charset=UTF-8");
    expect(await poll(port, session)).toBe("o\n");
  });

  test.each([
    "c=abc",
    "c=a.b-c_D9",
    "callback=abc",
    "c=abcdefghijklmnopqrstuvwxyz012345",
    "t=1&c=_jp.x",
  ])("is accepted: %s", async (query) => {
    const path = `${newSession("/echo")}/${segment}?${query}`;
    const head = await requestHead(port, path);
    expect(head.status).toBe(200);
  });
});
