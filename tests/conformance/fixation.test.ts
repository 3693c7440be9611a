import { describe, expect, inject, test } from "vitest";
import { header } from "../harness/http-head.ts";
import { request, statusOf } from "../harness/request.ts";
import { newSession } from "../harness/session.ts";

const port = inject("probePort");

const SERVICE = "/same-origin";
const MAIL = {
  "Sec-Fetch-Site": "none",
  "Sec-Fetch-Mode": "navigate",
  "Sec-Fetch-Dest": "document",
};
const IMAGE = { "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "image" };
const LINK = { "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": "document" };

/** The URLs a browser can be made to ask for, and what it says when the transport itself asks. */
const URLS = [
  { method: "GET", segment: "jsonp?c=x", destination: "script" },
  { method: "GET", segment: "htmlfile?c=x", destination: "iframe" },
  { method: "GET", segment: "eventsource", destination: "empty" },
  { method: "POST", segment: "xhr", destination: "empty" },
  { method: "POST", segment: "xhr_streaming", destination: "empty" },
];

describe.each(URLS)("restricted origins on $segment", ({ method, segment, destination }) => {
  test.each([
    ["a link in a mail", MAIL],
    ["an image of the site itself", IMAGE],
    ["a link of the site itself", LINK],
  ])("open no session for %s", async (_maker, headers) => {
    const session = newSession(SERVICE);
    const cookie = { ...headers, Cookie: "login=visitor" };

    expect(await statusOf(port, `${session}/${segment}`, method, cookie)).toBe(403);
    const { status } = await request(port, `${session}/xhr_send`, { method: "POST", body: "[]" });
    expect(status).toBe(404);
  });

  test("open one for the transport itself", async () => {
    const headers = { "Sec-Fetch-Site": "same-origin", "Sec-Fetch-Dest": destination };

    expect(await statusOf(port, `${newSession(SERVICE)}/${segment}`, method, headers)).toBe(200);
  });
});

describe("restricted origins", () => {
  test.each([
    ["/info", "application/json; charset=UTF-8"],
    ["/", "text/plain; charset=UTF-8"],
    ["/iframe.html", "text/html; charset=UTF-8"],
  ])("leave %s open to the address bar", async (path, type) => {
    const answer = await request(port, `${SERVICE}${path}`, { headers: MAIL });

    expect([answer.status, header(answer, "content-type")]).toEqual([200, type]);
  });

  test("take a page of another scheme for another origin", async () => {
    const ask = (origin: string): Promise<number> =>
      statusOf(port, `${newSession(SERVICE)}/xhr`, "POST", {
        Host: "here.example",
        Origin: origin,
      });

    expect(
      await Promise.all(
        ["foo", "ftp", "capacitor"].map((scheme) => ask(`${scheme}://here.example`)),
      ),
    ).toEqual([403, 403, 403]);
  });

  test("drop the default port of a host", async () => {
    const headers = { Host: "here.example:443", Origin: "https://here.example" };

    expect(await statusOf(port, `${newSession(SERVICE)}/xhr`, "POST", headers)).toBe(200);
  });
});

describe("identity", () => {
  const mine = { Cookie: "login=mine" };
  const theirs = { Cookie: "login=theirs" };

  test.each(["xhr", "xhr_streaming", "xhr_send", "jsonp_send"])(
    "keeps everybody else out of a session, by %s",
    async (segment) => {
      const session = newSession("/identified");
      expect(await statusOf(port, `${session}/xhr`, "POST", mine)).toBe(200);
      const headers = { ...theirs, "Content-Type": "text/plain" };
      const { status } = await request(port, `${session}/${segment}`, {
        method: "POST",
        headers,
        body: "[]",
      });
      const none = await request(port, `${session}/${segment}`, { method: "POST", body: "[]" });

      expect([status, none.status]).toEqual([404, 404]);
      expect(
        (await request(port, `${session}/xhr_send`, { method: "POST", headers: mine, body: "[]" }))
          .status,
      ).toBe(204);
    },
  );
});
