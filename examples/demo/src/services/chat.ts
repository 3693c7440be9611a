// The same as in examples/chat/server.ts, and held to it by a test.
import type { Server } from "@sockjs-fetch/core";
import type { Sockjs } from "../sockjs.ts";

/** Makes the chat, with the `sockjs()` it is given. */
export function createChat(sockjs: Sockjs): Server<string> {
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

  return chat;
}
