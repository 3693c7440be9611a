import { serve, sockjs, type Hooks } from "@sockjs-fetch/node";

// #region date
const date: Hooks = {
  open(connection) {
    const tell = (): void => connection.send(new Date().toISOString());
    tell();
    const timer = setInterval(tell, 1000);
    connection.signal.addEventListener("abort", () => clearInterval(timer));
  },
};
// #endregion

const { url } = await serve({ fetch: sockjs(date, { prefix: "/date" }), port: 8081 });
console.log(`listening on ${url}`);
