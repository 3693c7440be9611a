import { expect, inject, test } from "vitest";
import { header } from "../harness/http-head.ts";
import { openResponse } from "../harness/request.ts";
import { newSession, send } from "../harness/session.ts";

const port = inject("standardPort");

test("eventsource writes an empty line, then an event for each frame", async () => {
  const session = newSession("/echo");
  const { connection, head } = await openResponse(port, `${session}/eventsource`, {
    headers: { Accept: "text/event-stream" },
  });
  expect(header(head, "content-type")).toBe("text/event-stream");
  expect(await connection.readChunk()).toBe("\r\n");
  expect(await connection.readChunk()).toBe("data: o\r\n\r\n");
  await send(port, session, "x");
  expect(await connection.readChunk()).toBe('data: a["x"]\r\n\r\n');
  connection.close();
});

test("eventsource writes % as %25, which the client decodes", async () => {
  const session = newSession("/echo");
  const { connection } = await openResponse(port, `${session}/eventsource`);
  expect(await connection.readChunk()).toBe("\r\n");
  expect(await connection.readChunk()).toBe("data: o\r\n\r\n");
  await send(port, session, "100% %25 %E2%82%AC %");
  const data = 'data: a["100%25 %2525 %25E2%2582%25AC %25"]\r\n\r\n';
  expect(await connection.readChunk()).toBe(data);
  connection.close();
});

test("eventsource keeps a message with line ends in one event", async () => {
  const session = newSession("/echo");
  const { connection } = await openResponse(port, `${session}/eventsource`);
  expect(await connection.readChunk()).toBe("\r\n");
  expect(await connection.readChunk()).toBe("data: o\r\n\r\n");
  await send(port, session, "\r\n\r\ndata: h\r\n\r\n\0");
  const escaped = String.raw`\r\n\r\ndata: h\r\n\r\n\u0000`;
  expect(await connection.readChunk()).toBe(`data: a["${escaped}"]\r\n\r\n`);
  connection.close();
});

test("eventsource ignores Last-Event-ID", async () => {
  const { connection } = await openResponse(port, `${newSession("/echo")}/eventsource`, {
    headers: { "Last-Event-ID": "7" },
  });
  expect(await connection.readChunk()).toBe("\r\n");
  expect(await connection.readChunk()).toBe("data: o\r\n\r\n");
  connection.close();
});
