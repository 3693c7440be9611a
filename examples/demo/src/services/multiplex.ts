// The same as in examples/multiplex/server.ts, and held to it by a test.
import type { Channels } from "@sockjs-fetch/core";

// #region channels
const channels: Channels = {
  async ann(channel) {
    channel.send("Ann says hi!");
    for await (const text of channel) channel.send(`Ann nods: ${text}`);
  },
  async bob(channel) {
    channel.send("Bob doesn't agree.");
    for await (const text of channel) channel.send(`Bob says no to: ${text}`);
  },
  carl(channel) {
    channel.send("Carl says goodbye!");
    channel.close();
  },
};
// #endregion

export { channels };
