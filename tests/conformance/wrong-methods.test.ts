import { describe, expect, inject, test } from "vitest";
import { header, headerList } from "../harness/http-head.ts";
import { request } from "../harness/request.ts";
import { newSession, poll } from "../harness/session.ts";

const port = inject("standardPort");

const SESSION_URLS = [
  {
    segment: "xhr",
    allowed: ["OPTIONS", "POST"],
    wrong: ["GET", "PUT", "DELETE", "HEAD", "PATCH"],
  },
  { segment: "xhr_send", allowed: ["OPTIONS", "POST"], wrong: ["GET", "PUT", "DELETE", "HEAD"] },
  {
    segment: "xhr_streaming",
    allowed: ["OPTIONS", "POST"],
    wrong: ["GET", "PUT", "DELETE", "HEAD"],
  },
  { segment: "eventsource", allowed: ["GET"], wrong: ["POST", "PUT", "OPTIONS", "HEAD"] },
  { segment: "htmlfile?c=cb", allowed: ["GET"], wrong: ["POST", "PUT", "OPTIONS", "HEAD"] },
  { segment: "jsonp?c=cb", allowed: ["GET"], wrong: ["POST", "PUT", "OPTIONS", "HEAD"] },
  { segment: "jsonp_send", allowed: ["POST"], wrong: ["GET", "PUT", "OPTIONS", "HEAD"] },
  { segment: "websocket", allowed: ["GET"], wrong: ["POST", "PUT", "DELETE", "OPTIONS", "HEAD"] },
];

describe.each(SESSION_URLS)("$segment", ({ segment, allowed, wrong }) => {
  test.each(wrong)(
    "%s answers 405 with Allow, without a body, and opens no session",
    async (method) => {
      const session = newSession("/echo");
      const answer = await request(port, `${session}/${segment}`, { method, body: "" });
      expect(answer.status).toBe(405);
      expect(headerList(answer, "allow")).toEqual(allowed);
      expect(answer.body).toBe("");
      expect(header(answer, "content-type")).toBeUndefined();
      expect(await poll(port, session)).toBe("o\n");
    },
  );
});

test.each(["POST", "PUT", "OPTIONS"])("%s on the raw websocket URL answers 405", async (method) => {
  const answer = await request(port, "/echo/websocket", { method, body: "" });
  expect(answer.status).toBe(405);
  expect(headerList(answer, "allow")).toEqual(["GET"]);
  expect(answer.body).toBe("");
  expect(header(answer, "content-type")).toBeUndefined();
});

test("an unknown method is answered 405 or refused as a bad request, and the server lives", async () => {
  const answer = await request(port, "/echo/info", { method: "FROB", body: "" });
  expect([400, 405, 501]).toContain(answer.status);
  expect((await request(port, "/echo")).body).toBe("Welcome to SockJS!\n");
});
