import { serve, sockjs } from "@sockjs-fetch/node";

const echo = sockjs(
  {
    message: (connection, message) => connection.send(message),
  },
  { prefix: "/echo" },
);

// #region mount
function fetch(request: Request, ...runtime: unknown[]): Response | Promise<Response> {
  const { pathname } = new URL(request.url);
  return /^\/echo(\/|$)/.test(pathname)
    ? echo.fetch(request, ...runtime)
    : new Response("the rest of the app");
}
const { url } = await serve({ fetch, port: 8081 });
// #endregion
console.log(`listening on ${url}`);
