import type { Handler, Options, Server } from "@sockjs-fetch/core";
import { announce, readSettings } from "./control.ts";

type Sockjs = (handler: Handler<undefined>, options: Options) => Server;
type Serve = (options: {
  readonly fetch: Server;
  readonly port: number;
  readonly hostname: string;
}) => Promise<{ readonly port: number }>;

/** Serves `/echo` by what an adapter exports. */
export async function startOurs(sockjs: Sockjs, serve: Serve): Promise<void> {
  const { broadcasts, ...options } = readSettings();
  const service = sockjs(
    {
      message(connection, message) {
        if (broadcasts) service.broadcast(message);
        else connection.send(message);
      },
    },
    { prefix: "/echo", ...options },
  );
  const { port } = await serve({ fetch: service, port: 0, hostname: "127.0.0.1" });
  announce(port);
}
