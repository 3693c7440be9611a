// As portable.ts, with the types of Node: those of the adapter name Node's own.
import { createServer } from "node:http";
import { attach, serve, sockjs } from "@sockjs-fetch/node";

const echo = sockjs({ message: (connection, message) => connection.send(message) });
const { server } = await serve({ fetch: echo, port: 0 });
server.closeAllConnections();
attach(createServer(), echo)();

// @ts-expect-error
server.closeEverything();
// @ts-expect-error
attach({}, echo);
