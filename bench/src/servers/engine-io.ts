import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { Server, type Socket } from "engine.io";
import { announce, BRIEF_DISCONNECT_DELAY, readSettings } from "./control.ts";

const { broadcasts, heartbeatDelay, disconnectDelay } = readSettings();
const isBrief = disconnectDelay === BRIEF_DISCONNECT_DELAY;

const engine = new Server({ pingInterval: heartbeatDelay, pingTimeout: heartbeatDelay });

const sockets = new Set<Socket>();
engine.on("connection", (socket: Socket) => {
  sockets.add(socket);
  // It has no disconnect delay, but would wait for a ping to be answered.
  if (isBrief && socket.transport.name === "polling") {
    setTimeout(() => socket.close(true), disconnectDelay);
  }
  socket.on("close", () => sockets.delete(socket));
  socket.on("message", (message: Parameters<Socket["send"]>[0]) => {
    if (broadcasts) for (const other of sockets) other.send(message);
    else socket.send(message);
  });
});

const server = createServer();
engine.attach(server);
server.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
