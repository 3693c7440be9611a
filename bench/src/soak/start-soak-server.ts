import type { Handler, Options, Server } from "@sockjs-fetch/core";

/** What the soak is told of its server, after a garbage collection where the runtime lets one be asked for. */
export interface ServerReport {
  readonly rss: number;
  readonly heapUsed: number;
  readonly sessions: number;
  readonly receivers: number;
  readonly bufferedAmount: number;
  readonly topics: number;
  /** Connections opened since the start. */
  readonly opened: number;
  readonly messagesReceived: number;
  /** Timers that are armed; only Node tells. */
  readonly timers: number | undefined;
}

type Sockjs = (handler: Handler<undefined>, options: Options) => Server;
type Serve = (options: {
  readonly fetch: (request: Request, ...runtime: unknown[]) => Response | Promise<Response>;
  readonly port: number;
  readonly hostname: string;
}) => Promise<{ readonly port: number }>;

/**
 * Serves `/soak`: it echoes; `flood <n>` is answered by n messages of 1000 characters, `bye` by the end of the connection;
 * everybody gets a tick a second. `/report` tells what the process holds.
 */
export async function startSoakServer(sockjs: Sockjs, serve: Serve): Promise<void> {
  const server = sockjs(
    {
      open: (connection) => connection.subscribe("ticks"),
      message(connection, message) {
        const [command, count] = message.split(" ");
        if (command === "bye") connection.close();
        else if (command === "flood") {
          for (let index = 0; index < Number(count); index++) connection.send("x".repeat(1000));
        } else connection.send(message);
      },
    },
    {
      prefix: "/soak",
      heartbeatDelay: 2000,
      disconnectDelay: 3000,
      pongTimeout: 2000,
      responseLimit: 20_000,
      maxBufferedAmount: 1_000_000,
    },
  );
  setInterval(() => server.publish("ticks", "tick"), 1000);
  const { port } = await serve({
    fetch: (request, ...runtime) =>
      new URL(request.url).pathname === "/report"
        ? Response.json(report(server))
        : server(request, ...runtime),
    port: 0,
    hostname: "127.0.0.1",
  });
  console.log(`listening on http://127.0.0.1:${port}`);
}

function report(server: Server): ServerReport {
  collectGarbage();
  const { rss, heapUsed } = process.memoryUsage();
  const { sessions, receivers, bufferedAmount, topics, opened, messagesReceived } = server.stats();
  const counts = { sessions, receivers, bufferedAmount, topics, opened, messagesReceived };
  return { rss, heapUsed, ...counts, timers: countTimers() };
}

function collectGarbage(): void {
  const { gc, Bun } = globalThis as {
    readonly gc?: () => void;
    readonly Bun?: { gc(isSynchronous: boolean): void };
  };
  for (let pass = 0; pass < 3; pass++) {
    if (Bun === undefined) gc?.();
    else Bun.gc(true);
  }
}

function countTimers(): number | undefined {
  if (process.versions["bun"] !== undefined || process.versions["deno"] !== undefined) {
    return undefined;
  }
  return process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
}
