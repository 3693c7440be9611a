// For `Symbol.asyncDispose` where an application's own `lib` has it not.
/// <reference lib="esnext.disposable" preserve="true" />
import type { Connection } from "./connection/linked-connection.ts";
import { SockJSError } from "./options/errors.ts";
import { toIncoming, toResponse } from "./fetch/fetch.ts";
import type { Handler } from "./connection/connection.ts";
import { notFound, plainText, type Incoming, type Reply } from "./http/replies.ts";
import { resolveOptions, type Options } from "./options/options.ts";
import { createRouter } from "./routes/router.ts";
import type { Runtime } from "./seam/runtime.ts";
import type { CloseOptions } from "./wire/close.ts";
import { ServerState } from "./connection/connections.ts";
import type { Stats } from "./stats/stats.ts";
import { andThen, isThenable } from "./time/thenable.ts";
import { TurnQueue } from "./time/turn-queue.ts";

/** One SockJS service. It is a `fetch` function itself, and has one, so both `{ fetch: server }` and `server` can be served. */
export interface Server<Context = undefined> {
  /**
   * Answers a request below the prefix, and any other with 404. Never throws and never rejects. Pass on whatever the
   * runtime passed along: WebSockets and addresses need it.
   */
  (request: Request, ...runtime: unknown[]): Response | Promise<Response>;
  /** The server itself, so that it can be exported or passed on like any object with a `fetch`. */
  readonly fetch: this;
  /** The open connections. */
  readonly connections: ReadonlySet<Connection<Context>>;
  /** Sends a message to every subscriber of a topic, framed once. */
  publish(topic: string, message: string): void;
  /** Sends a message to every connection, framed once. */
  broadcast(message: string): void;
  /** What the server has done and holds. */
  stats(): Stats;
  /**
   * Opens no further session (503), closes every connection after its queued messages, and waits until all have gone, at
   * most `timeout` milliseconds (default 5000).
   */
  close(options?: CloseOptions): Promise<void>;
  /** Closes with the defaults, at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;
}

/** A server's way in for adapters that have no `Request`: the plain request in, the plain answer out. */
export interface InnerServer {
  /** The largest WebSocket message a connection of this server takes, in bytes. */
  readonly maxPayload: number;
  /** Whether a path belongs to the service: `/echoes` does not belong to `/echo`. */
  owns(path: string): boolean;
  /** As `fetch`: never throws and never rejects. */
  handle(incoming: Incoming): Reply | Promise<Reply>;
  /** Reports a failure of the application that the adapter has met, such as a `Response` that cannot be written. */
  fail(cause: unknown): void;
  /** See {@link Server.close}. */
  close(options?: CloseOptions): Promise<void>;
}

/** The key of a server's {@link InnerServer}; registered, so that two copies of this module understand each other. */
export const INNER: unique symbol = Symbol.for("sockjs-fetch.inner") as never;

/** A server's inner way in; nothing for a function that {@link createServer} has not made. */
export function innerOf(
  fetch: object & { readonly [INNER]?: InnerServer },
): InnerServer | undefined {
  return fetch[INNER];
}

/**
 * Makes a server. Adapters call it with their runtime's part; without one there are no WebSockets, and everything else works.
 *
 * @throws {TypeError} naming the option that is wrong.
 */
export function createServer<Context = undefined>(
  handler: Handler<Context>,
  options?: Options<Context>,
  runtime: Runtime = {},
): Server<Context> & { readonly [INNER]: InnerServer } {
  if (typeof handler !== "function" && (typeof handler !== "object" || handler === null)) {
    throw new TypeError("Handler must be a function or an object of hooks");
  }
  const state = new ServerState(handler, resolveOptions(options), runtime);
  const inner = createInner(state);
  const turns = new TurnQueue();

  const fetch = (request: Request, ...args: unknown[]): Response | Promise<Response> => {
    turns.begin();
    // A Proxy around the request, as itty-router's AutoRouter passes, gives the request itself by `valueOf`.
    const original = request.valueOf() as Request;
    return andThen(inner.handle(toIncoming(original, args, runtime)), (reply) =>
      toResponse(reply, original, runtime, turns),
    );
  };
  const close = async (closeOptions?: CloseOptions): Promise<void> => state.close(closeOptions);
  const server = Object.assign(fetch, {
    connections: state.connections,
    publish: (topic: string, message: string): void => state.publish(topic, message),
    broadcast: (message: string): void => state.broadcast(message),
    stats: (): Stats => state.stats(),
    close,
    [Symbol.asyncDispose]: close,
    [INNER]: inner,
  });
  // The server is its own `fetch`; TypeScript has no word for a value that holds itself.
  return Object.defineProperty(server, "fetch", { value: server }) as typeof server & {
    readonly fetch: never;
  };
}

function createInner<Context>(state: ServerState<Context>): InnerServer {
  const { prefix } = state.options;
  const route = createRouter(state);
  const owns = (path: string): boolean =>
    path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === "/");
  const fail = (cause: unknown): void => {
    state.report(
      new SockJSError("ERR_SOCKJS_INTERNAL", "Cannot answer request: it failed", { cause }),
    );
  };
  const answerFailure = (cause: unknown): Reply => {
    fail(cause);
    return plainText(500, "Internal error\n");
  };
  return {
    maxPayload: Math.max(state.options.maxBodySize, state.options.maxMessageSize),
    owns,
    close: (options) => state.close(options),
    fail,
    handle(incoming) {
      if (!owns(incoming.path)) return notFound();
      try {
        const reply = route(incoming, incoming.path.slice(prefix.length));
        return isThenable(reply) ? reply.catch(answerFailure) : reply;
      } catch (cause) {
        return answerFailure(cause);
      }
    },
  };
}
