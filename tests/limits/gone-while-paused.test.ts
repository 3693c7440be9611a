import { spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { describe, expect, inject, test } from "vitest";
import { MAX_UNREAD } from "../fixtures/fault-services.ts";
import { EVENT_DEADLINE_MS, eventually, within } from "../harness/deadline.ts";
import { readProcessState } from "../harness/process-state.ts";
import { openWebSocket, type WebSocketClient } from "../harness/websocket-client.ts";
import { useFaultServer } from "./fault-server.ts";

// Of this service heartbeatDelay is 300 ms, pongTimeout 700 ms; its handler reads nothing.
const PATHS = ["/unread-and-watched/websocket", "/unread-and-watched/000/gone/websocket"];
const MESSAGE = JSON.stringify(["x".repeat(MAX_UNREAD)]);
const MESSAGES = 20;

const server = useFaultServer();

async function sessionCount(): Promise<number> {
  return (await readProcessState(server())).sessions;
}

async function reaches(count: number): Promise<void> {
  const attempt = async (): Promise<true | undefined> =>
    (await sessionCount()) === count ? true : undefined;
  await eventually(attempt, EVENT_DEADLINE_MS, `${count} sessions`);
}

async function openUnread(path: string): Promise<WebSocketClient> {
  const client = await openWebSocket(server().port, path);
  for (let index = 0; index < MESSAGES; index++) client.socket.send(MESSAGE);
  await reaches(1);
  return client;
}

/** The TCP socket below, which `ws` does not show by its types. */
function tcpOf({ socket }: WebSocketClient): { resetAndDestroy(): void; end(): void } {
  return Reflect.get(socket, "_socket") as ReturnType<typeof tcpOf>;
}

// A WebSocket of Bun or Deno cannot be paused.
describe.runIf(inject("runtime").startsWith("node")).each(PATHS)(
  "while the application reads nothing, a peer of %s",
  (path) => {
    test("is kept as long as it is there", async () => {
      const client = await openUnread(path);
      let pings = 0;
      const pinged = new Promise<void>((resolve) => {
        client.socket.on("ping", () => ++pings === 5 && resolve());
      });
      await within(pinged, EVENT_DEADLINE_MS, "5 pings"); // longer than heartbeatDelay and pongTimeout
      expect(await sessionCount()).toBe(1);
      client.socket.terminate();
      await reaches(0);
    });

    test("that resets its connection is found", async () => {
      tcpOf(await openUnread(path)).resetAndDestroy();
      await reaches(0);
    });

    test("that closes its connection is found", async () => {
      (await openUnread(path)).socket.terminate();
      await reaches(0);
    });

    test("that ends its side of the connection is found", async () => {
      tcpOf(await openUnread(path)).end();
      await reaches(0);
    });

    test("whose process is killed is found", async () => {
      const script = `
        const { WebSocket } = require("ws");
        const socket = new WebSocket("ws://127.0.0.1:${server().port}${path}");
        socket.on("open", () => {
          for (let index = 0; index < ${MESSAGES}; index++) socket.send(${JSON.stringify(MESSAGE)});
          console.log("open");
        });`;
      const cwd = fileURLToPath(new URL("..", import.meta.url)); // where `ws` is installed
      const child = spawn(process.execPath, ["-e", script], { cwd });
      await within(once(child.stdout, "data"), EVENT_DEADLINE_MS, "the other process to connect");
      await reaches(1);
      child.kill("SIGKILL");
      await reaches(0);
    });
  },
);
