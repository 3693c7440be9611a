import { serve, sockjs } from "@sockjs-fetch/node";
import { announce, readSettings } from "./control.ts";

const { broadcasts, ...options } = readSettings();
const service = sockjs(
  {
    message(connection, message) {
      if (broadcasts) service.broadcast(message);
      else connection.send(message);
    },
  },
  { prefix: "/echo", ...options },
);

const { port } = await serve({ fetch: service, port: 0, hostname: "127.0.0.1" });
announce(port);
