import { sockjs } from "@sockjs-fetch/core";

const echo = sockjs(
  {
    message: (connection, message) => connection.send(message),
  },
  { prefix: "/echo" },
);

const answer = await echo.fetch(new Request("http://localhost/echo/info"));
console.log(await answer.text()); // what the browser asks first: {"websocket":false,…}
