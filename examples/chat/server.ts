import { serve, sockjs, type Server } from "@sockjs-fetch/node";

// #region chat
const chat: Server<string> = sockjs(
  async (connection) => {
    connection.subscribe("room");
    tell({ joined: connection.context });
    for await (const text of connection) tell({ name: connection.context, text });
    tell({ left: connection.context });
  },
  { prefix: "/chat", authorize: ({ url }) => new URL(url).searchParams.get("name") || "guest" },
);

function tell(news: object): void {
  const present = Array.from(chat.connections, ({ context }) => context);
  chat.publish("room", JSON.stringify({ ...news, present }));
}
// #endregion

const { url } = await serve({ fetch: chat, port: 8081 });
console.log(`listening on ${url}`);
