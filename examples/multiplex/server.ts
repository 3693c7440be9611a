import { multiplex, serve, sockjs, type Channels } from "@sockjs-fetch/node";

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

const server = sockjs(multiplex(channels), { prefix: "/multiplex" });
const { url } = await serve({ fetch: server, port: 8081 });
console.log(`listening on ${url}`);
