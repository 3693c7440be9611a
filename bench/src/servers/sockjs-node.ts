import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import sockjs, { type Connection } from "sockjs";
import { announce, readSettings } from "./control.ts";

const settings = readSettings();
const connections = new Set<Connection>();
const service = sockjs.createServer({
  prefix: "/echo",
  heartbeat_delay: settings.heartbeatDelay,
  disconnect_delay: settings.disconnectDelay,
  response_limit: settings.responseLimit,
  log: () => {},
});

service.on("connection", (connection) => {
  connections.add(connection);
  connection.on("close", () => connections.delete(connection));
  connection.on("data", (message) => {
    if (settings.broadcasts) for (const other of connections) other.write(message);
    else connection.write(message);
  });
});

const server = createServer();
service.installHandlers(server);
server.listen(0, "127.0.0.1", () => announce((server.address() as AddressInfo).port));
