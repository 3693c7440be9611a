// The same as in examples/date/server.ts, and held to it by a test.
import type { Hooks } from "@sockjs-fetch/core";

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

export { date };
