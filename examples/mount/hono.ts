import { serve, sockjs } from "@sockjs-fetch/node";
import { Hono } from "hono";

const echo = sockjs(
  {
    message: (connection, message) => connection.send(message),
  },
  { prefix: "/echo" },
);

// #region mount
const app = new Hono();
app.get("/", (c) => c.text("the rest of the app"));
app.all("/echo/*", (c) => echo.fetch(c.req.raw, c.env));

const { url } = await serve({ fetch: app.fetch, port: 8081 });
// #endregion
console.log(`listening on ${url}`);
