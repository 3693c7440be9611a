// The same as in examples/multiplex/server.ts, and held to it by a test.
import type { Channels } from "@sockjs-fetch/core";

// #region channels
const channels: Channels = {
  ann: {
    open: (channel) => channel.send("Ann says hi!"),
    message: (channel, text) => channel.send(`Ann nods: ${text}`),
  },
  bob: {
    open: (channel) => channel.send("Bob doesn't agree."),
    message: (channel, text) => channel.send(`Bob says no to: ${text}`),
  },
  carl: {
    open(channel) {
      channel.send("Carl says goodbye!");
      channel.close();
    },
  },
};
// #endregion

export { channels };
