import { once } from "node:events";
import { connect, createServer, type Socket } from "node:net";
import { EVENT_DEADLINE_MS, within } from "../harness/deadline.ts";

/** A request as its first line tells it; the URL is a path with its query. */
export interface PassedRequest {
  readonly method: string;
  readonly url: string;
}

/** A TCP link to a server on this machine that notes the requests passing by and fails as networks do, when told to. */
export interface Link {
  readonly port: number;
  readonly url: string;
  /** Every request so far, in the order they passed. */
  readonly requests: readonly PassedRequest[];
  /** Waits until so many requests have passed whose path matches. */
  passed(path: RegExp, count: number): Promise<void>;
  /** Where connections go from now on; before, they are broken. */
  forwardTo(port: number): void;
  /** From now on a request whose path matches loses its connection. */
  refuse(path: RegExp): void;
  /** From now on a request whose path matches is passed on, and nothing of its answer comes back. */
  withhold(path: RegExp): void;
  /** Breaks every connection there is; new ones pass. */
  cut(): void;
  close(): Promise<void>;
}

/** Opens a link on a port of its own. */
export async function openLink(): Promise<Link> {
  const requests: PassedRequest[] = [];
  const refused: RegExp[] = [];
  const withheld: RegExp[] = [];
  const waiting = new Set<() => void>();
  const connections = new Set<Socket>();
  let targetPort = 0;

  const pass = (near: Socket): void => {
    const far = connect({ port: targetPort, host: "127.0.0.1", noDelay: true });
    tie(near, far, connections);
    let silent = false;
    near.on("data", (bytes) => {
      const request = parseRequestLine(bytes);
      if (request) {
        requests.push(request);
        const path = pathOf(request);
        if (refused.some((pattern) => pattern.test(path))) near.resetAndDestroy();
        silent = withheld.some((pattern) => pattern.test(path));
        for (const check of waiting) check();
      }
      if (!near.destroyed) far.write(bytes);
    });
    far.on("data", (bytes) => {
      if (!silent) near.write(bytes);
    });
  };

  const server = createServer({ noDelay: true }, pass);
  const port = await listen(server);
  const cut = (): void => {
    for (const socket of connections) socket.destroy();
  };
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    requests,
    passed(path, count) {
      const awaited = new Promise<void>((resolve) => {
        const check = (): void => {
          if (requests.filter((request) => path.test(pathOf(request))).length < count) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      });
      return within(awaited, EVENT_DEADLINE_MS, `${count} requests for ${path}`);
    },
    forwardTo(next) {
      targetPort = next;
    },
    refuse: (path) => void refused.push(path),
    withhold: (path) => void withheld.push(path),
    cut,
    async close() {
      cut();
      server.close();
      await once(server, "close");
    },
  };
}

/** Listens on a free port of this machine and gives the port. */
export async function listen(server: ReturnType<typeof createServer>): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("Cannot find the port");
  return address.port;
}

/** What ends one of the two ends the other. */
function tie(near: Socket, far: Socket, connections: Set<Socket>): void {
  for (const socket of [near, far]) {
    connections.add(socket);
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      connections.delete(socket);
      near.destroySoon();
      far.destroySoon();
    });
  }
}

function pathOf({ url }: PassedRequest): string {
  return url.replace(/\?.*$/, "");
}

/** Clients begin each request with a write of its own, so looking at the first bytes of each segment finds them all. */
function parseRequestLine(bytes: Buffer): PassedRequest | undefined {
  const [line = ""] = bytes.subarray(0, 2048).toString("latin1").split("\r\n");
  const [, method, url] = /^([A-Z]+) ([^ ]+) HTTP\/1\.1$/.exec(line) ?? [];
  return method && url ? { method, url } : undefined;
}
