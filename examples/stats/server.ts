import { serve, sockjs, type Hooks, type Stats } from "@sockjs-fetch/node";

// #region stats
function statistics(servers: readonly { stats(): Stats }[]): Hooks {
  return {
    open(connection) {
      const tell = (): void => connection.send(JSON.stringify(servers.map((s) => s.stats())));
      tell();
      const timer = setInterval(tell, 1000);
      connection.signal.addEventListener("abort", () => clearInterval(timer));
    },
  };
}
// #endregion

const echo = sockjs({ message: (connection, text) => connection.send(text) }, { prefix: "/echo" });
const stats = sockjs(statistics([echo]), { prefix: "/stats" });

const { url } = await serve({
  fetch(request: Request, ...runtime: unknown[]) {
    const isStats = new URL(request.url).pathname.startsWith("/stats");
    return (isStats ? stats : echo).fetch(request, ...runtime);
  },
  port: 8081,
});
console.log(`listening on ${url}`);
