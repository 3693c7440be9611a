import { expect, inject, test } from "vitest";
import { header } from "../harness/http-head.ts";
import { requestHead } from "../harness/request.ts";
import { newSession, openSession, sendPayload } from "../harness/session.ts";

const port = inject("standardPort");

const NEVER_CACHED = "no-store, no-cache, no-transform, must-revalidate, max-age=0";

test.each([
  ["POST", "xhr"],
  ["POST", "xhr_streaming"],
  ["GET", "eventsource"],
  ["GET", "htmlfile?c=cb"],
  ["GET", "jsonp?c=cb"],
  ["GET", "jsonp"],
  ["POST", "xhr_send"],
  ["POST", "jsonp_send"],
])("the answer to %s %s is never cached", async (method, segment) => {
  const path = `${newSession("/echo")}/${segment}`;
  const head = await requestHead(port, path, { method, body: "" });
  expect(header(head, "cache-control")).toBe(NEVER_CACHED);
  expect(header(head, "expires")).toBeUndefined();
  expect(header(head, "last-modified")).toBeUndefined();
  expect(header(head, "x-content-type-options")).toBe("nosniff");
});

test("an accepted payload's answer is never cached", async () => {
  const answer = await sendPayload(port, await openSession(port, "/echo"), '["a"]');
  expect(answer.status).toBe(204);
  expect(header(answer, "cache-control")).toBe(NEVER_CACHED);
});
