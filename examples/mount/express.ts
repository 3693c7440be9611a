import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { attach, sockjs } from "@sockjs-fetch/node";
import express from "express";

const echo = sockjs(
  {
    message: (connection, message) => connection.send(message),
  },
  { prefix: "/echo" },
);

// #region mount
const app = express();
app.get("/", (_request, response) => void response.send("the rest of the app"));

const server = createServer(app);
attach(server, echo);
server.listen(8081);
// #endregion
server.on("listening", () => {
  const { port } = server.address() as AddressInfo; // a TCP server that listens has one
  console.log(`listening on http://localhost:${port}`);
});
