import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { judgeByProgress } from "../src/http/judge-by-progress.ts";
import { createEcho, startHttp, startServing } from "./support/servers.ts";

const PATIENCE_MS = 200;

/** Begins a request with a body on a server that never reads it or answers, and writes a byte each `pauseMs`. */
async function upload(pauseMs: number, count: number): Promise<boolean> {
  const { server, port } = await startHttp();
  server.on("request", (request) => request.resume());
  judgeByProgress(server, PATIENCE_MS, 10);
  const socket = connect(port, "127.0.0.1");
  let isClosed = false;
  socket.on("close", () => {
    isClosed = true;
  });
  socket.on("error", () => {});
  await once(socket, "connect");
  socket.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000\r\n\r\n");
  for (let index = 0; index < count && !socket.destroyed; index++) {
    await sleep(pauseMs);
    socket.write("x");
  }
  socket.destroy();
  return isClosed;
}

test.concurrent("a body that goes on coming may take longer than any limit", async () => {
  expect(await upload(PATIENCE_MS / 4, 20)).toBe(false);
});

test.concurrent("a body that brings nothing is cut", async () => {
  expect(await upload(PATIENCE_MS * 10, 2)).toBe(true);
});

test("`serve()` takes Node's limit for whole requests away, and keeps that for heads", async () => {
  const { server } = await startServing(createEcho());
  expect([server.requestTimeout, server.headersTimeout]).toEqual([0, 60_000]);
});
