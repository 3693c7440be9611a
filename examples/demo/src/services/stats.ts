// The same as in examples/stats/server.ts, and held to it by a test.
import type { Hooks, Stats } from "@sockjs-fetch/core";

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

export { statistics };
