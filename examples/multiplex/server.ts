import { multiplex, serve, sockjs, type Channels } from "@sockjs-fetch/node";

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

const server = sockjs(multiplex(channels), { prefix: "/multiplex" });
const { url } = await serve({ fetch: server, port: 8081 });
console.log(`listening on ${url}`);
