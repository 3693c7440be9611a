import { expect, inject, test } from "vitest";
import { openResponse } from "../harness/request.ts";
import { newSession, send } from "../harness/session.ts";

const port = inject("standardPort");

test("xhr_streaming writes 2048 times h and a newline, then a line for each frame", async () => {
  const session = newSession("/echo");
  const { connection } = await openResponse(port, `${session}/xhr_streaming`, { method: "POST" });
  expect(await connection.readChunk()).toBe(`${"h".repeat(2048)}\n`);
  expect(await connection.readChunk()).toBe("o\n");
  await send(port, session, "x");
  expect(await connection.readChunk()).toBe('a["x"]\n');
  connection.close();
});

test("xhr_streaming needs no Content-Length and may carry a body", async () => {
  const path = `${newSession("/echo")}/xhr_streaming`;
  const { connection } = await openResponse(port, path, { method: "POST", body: "ignored" });
  expect(await connection.readChunk()).toBe(`${"h".repeat(2048)}\n`);
  expect(await connection.readChunk()).toBe("o\n");
  connection.close();
});
