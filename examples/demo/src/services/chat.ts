// The same as in examples/chat/server.ts, and held to it by a test.
import type { Connection, Hooks } from "@sockjs-fetch/core";

// #region chat
const names = new Map<Connection, string>();

const chat: Hooks = {
  message(connection, text) {
    const name = names.get(connection);
    if (name !== undefined) return tell(connection, { name, text });
    names.set(connection, text.slice(0, 24)); // the first message is the name
    connection.subscribe("room");
    tell(connection, { joined: names.get(connection) });
  },
  close(connection) {
    const name = names.get(connection);
    if (names.delete(connection)) tell(connection, { left: name });
  },
};

function tell(connection: Connection, line: object): void {
  const news = { ...line, present: [...names.values()] };
  connection.publish("room", JSON.stringify(news)); // to everyone else
  connection.send(JSON.stringify({ ...news, own: true }));
}
// #endregion

export { chat };
