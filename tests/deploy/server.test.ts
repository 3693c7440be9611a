import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openWebSocket } from "../harness/websocket-client.ts";
import { startProcess } from "../runtimes/example-process.ts";

const FOLDER = fileURLToPath(new URL("../../deploy", import.meta.url));
const TESTS = fileURLToPath(new URL("..", import.meta.url)); // has the packages
const VERIFY = "/usr/bin/systemd-analyze";

test("deploy/server.mjs listens on PORT and echoes", async () => {
  const code = readFileSync(join(FOLDER, "server.mjs"), "utf8");
  const program = [process.execPath, "--input-type=module", "--eval", code];
  const server = await startProcess("/usr/bin/env", ["PORT=0", ...program], TESTS);
  const client = await openWebSocket(server.port, "/echo/000/session/websocket");
  expect(await client.readMessage()).toBe("o");
  client.socket.send('["hello"]');
  expect(await client.readMessage()).toBe('a["hello"]');
  client.socket.terminate();
  await server.stop();
});

test("deploy/sockjs@.service is a unit that systemd takes", ({ skip }) => {
  if (!existsSync(VERIFY)) skip(`${VERIFY} is not installed`);
  const folder = mkdtempSync(join(tmpdir(), "sockjs-fetch-unit-"));
  const unit = join(folder, "sockjs@8081.service");
  copyFileSync(join(FOLDER, "sockjs@.service"), unit);
  const { status, stderr } = spawnSync(VERIFY, ["verify", unit], { encoding: "utf8" });
  rmSync(folder, { recursive: true });
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});
