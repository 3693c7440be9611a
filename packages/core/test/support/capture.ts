import type { Connection } from "../../src/connection/connection.ts";

/** A handler that hands its connections to the test. */
export interface Capture<Context = undefined> {
  open(connection: Connection<Context>): void;
  /** The connection that opened last. */
  readonly connection: Connection<Context>;
  /** All connections, in the order of opening. */
  readonly connections: Connection<Context>[];
}

/** Makes hooks that keep every connection. */
export function captureConnections<Context = undefined>(): Capture<Context> {
  const connections: Connection<Context>[] = [];
  return {
    connections,
    open: (connection) => void connections.push(connection),
    get connection() {
      const connection = connections.at(-1);
      if (connection === undefined) throw new Error("No connection has opened");
      return connection;
    },
  };
}
