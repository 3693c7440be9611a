import { serve, sockjs } from "@sockjs-fetch/node";

const echo = sockjs(
  {
    message: (connection, message) => connection.send(message),
  },
  { prefix: "/echo" },
);

const { url } = await serve({ fetch: echo, port: 8081 });
console.log(`listening on ${url}`);
