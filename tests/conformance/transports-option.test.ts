import { expect, inject, test } from "vitest";
import { request } from "../harness/request.ts";
import { newSession, openSession, poll, send } from "../harness/session.ts";
import { HANDSHAKE_HEADERS } from "../harness/websocket-handshake.ts";

const port = inject("probePort");

test("a service with xhr-polling alone serves it, sends included", async () => {
  const session = await openSession(port, "/only-xhr-polling");
  await send(port, session, "x");
  expect(await poll(port, session)).toBe('a["x"]\n');
});

test.each([
  ["POST", "xhr_streaming"],
  ["OPTIONS", "xhr_streaming"],
  ["GET", "eventsource"],
  ["GET", "htmlfile?c=cb"],
  ["GET", "jsonp?c=cb"],
  ["GET", "websocket"],
])("a service with xhr-polling alone answers 404 to %s %s", async (method, segment) => {
  const session = newSession("/only-xhr-polling");
  const answer = await request(port, `${session}/${segment}`, { method, body: "" });
  expect(answer.status).toBe(404);
});

test("a service with xhr-polling alone answers 404 to a raw WebSocket", async () => {
  const answer = await request(port, "/only-xhr-polling/websocket", { headers: HANDSHAKE_HEADERS });
  expect(answer.status).toBe(404);
});
