import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";

/**
 * What `serve` passes to `fetch` after the request: Node's own objects. The names are those of @hono/node-server, so that
 * our server finds the address below either. Pass it on to our server, in Hono as `c.env`.
 */
export interface NodeEnv {
  /** The request. */
  readonly incoming: IncomingMessage;
  /** Absent for an upgrade. */
  readonly outgoing?: ServerResponse;
  /** Present for an upgrade. */
  readonly upgrade?: PendingUpgrade;
}

/** A request that asked for an upgrade, with its socket, as Node's `upgrade` event gives them. */
export interface PendingUpgrade {
  /** The connection, without a listener of Node's. */
  readonly socket: Duplex;
  /** What had been read beyond the request's head. */
  readonly head: Buffer;
  /** Set when the socket has become a WebSocket: nothing else may be written to it. */
  done: boolean;
}

const ENV: unique symbol = Symbol("Node's objects of a request");

/** Lets the environment be found by the request itself, for applications that pass nothing else on. */
export function rememberNodeEnv(request: Request & { [ENV]?: NodeEnv }, env: NodeEnv): void {
  request[ENV] = env;
}

/** The environment of a request: from the arguments that came after it, or remembered with it. */
export function findNodeEnv(
  request: Request & { readonly [ENV]?: NodeEnv },
  args: readonly unknown[],
): NodeEnv | undefined {
  return args.find(isNodeEnv) ?? request[ENV];
}

function isNodeEnv(value: unknown): value is NodeEnv {
  return (
    typeof value === "object" &&
    value !== null &&
    "incoming" in value &&
    typeof value.incoming === "object" &&
    value.incoming !== null &&
    "socket" in value.incoming
  );
}
