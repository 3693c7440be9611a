// What the Dockerfile, the Procfile and the systemd unit start: one process of the service, on the port they name.
import { serve, sockjs } from "@sockjs-fetch/node";

const echo = sockjs(
  {
    message: (connection, message) => connection.send(message),
  },
  { prefix: "/echo", trustProxy: 1 },
);

const { url } = await serve({ fetch: echo, port: Number(process.env.PORT ?? 8081) });
console.log(`listening on ${url}`);
