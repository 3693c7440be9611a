// For `Symbol.asyncDispose` where an application's own `lib` has it not.
/// <reference lib="esnext.disposable" preserve="true" />
import { isHandler, type Connection, type Handler } from "./connection/connection.ts";
import { Connections } from "./connection/connections.ts";
import { toIncoming, toResponse } from "./fetch/fetch.ts";
import { notFound, plainText } from "./http/replies.ts";
import { SockJSError } from "./options/errors.ts";
import type { Options } from "./options/options.ts";
import { Reporter } from "./options/reporter.ts";
import { resolveOptions, type ResolvedOptions } from "./options/resolve-options.ts";
import { createRouter } from "./routes/router.ts";
import type { ServerParts } from "./routes/server-parts.ts";
import { INNER, type InnerServer, type Reply } from "./seam/exchange.ts";
import type { Runtime } from "./seam/runtime.ts";
import { Sessions } from "./session/sessions.ts";
import { Uploads } from "./session/uploads.ts";
import { Shutdown } from "./shutdown.ts";
import type { Stats } from "./stats/stats.ts";
import { andThen, isThenable } from "./time/thenable.ts";
import { TurnQueue } from "./time/turn-queue.ts";
import type { CloseOptions } from "./wire/close.ts";

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
   * Ends the server, within `timeout` milliseconds (default 5000): opens no further session (503), lets the application
   * finish what it has been handed, at most for half of that time, closes every connection after its queued messages, and
   * waits for their browsers, and for `close` hooks and functions that are async. What is left then is cut.
   */
  close(options?: CloseOptions): Promise<void>;
  /** Closes with the defaults, at the end of an `await using` block. */
  [Symbol.asyncDispose](): Promise<void>;
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
  if (!isHandler(handler)) throw new TypeError("Handler must be a function or an object of hooks");
  // Inside, a context is unknown: it goes from `authorize` to the hooks as it is, so what comes out has the type of what went in.
  const parts = createParts(handler as Handler<unknown>, resolveOptions(options), runtime);
  const { sessions, connections } = parts;
  const signals = parts.options.gracefulShutdown ? runtime.signals : undefined;
  const inner = createInner(parts, new Shutdown(parts, signals));
  const turns = new TurnQueue();

  const fetch = (request: Request, ...args: unknown[]): Response | Promise<Response> => {
    turns.begin();
    // A Proxy around the request, as itty-router's AutoRouter passes, gives the request itself by `valueOf`.
    const original = request.valueOf() as Request;
    return andThen(inner.handle(toIncoming(original, args, runtime)), (reply) =>
      toResponse(reply, original, runtime, turns),
    );
  };
  const close = async (closeOptions?: CloseOptions): Promise<void> => inner.close(closeOptions);
  const server = Object.assign(fetch, {
    connections: connections.open as ReadonlySet<unknown> as ReadonlySet<Connection<Context>>, // as above
    publish: (topic: string, message: string): void => connections.publish(topic, message),
    broadcast: (message: string): void => connections.broadcast(message),
    stats: (): Stats => takeStats(sessions, connections),
    close,
    [Symbol.asyncDispose]: close,
    [INNER]: inner,
  });
  // The server is its own `fetch`; TypeScript has no word for a value that holds itself.
  return Object.defineProperty(server, "fetch", { value: server }) as typeof server & {
    readonly fetch: never;
  };
}

function createParts(
  handler: Handler<unknown>,
  options: ResolvedOptions,
  runtime: Runtime,
): ServerParts {
  const reporter = new Reporter(options);
  const sessions = new Sessions(options, runtime.atEndOfTurn);
  return {
    options,
    reporter,
    sessions,
    uploads: new Uploads(sessions),
    connections: new Connections(handler, options.maxUnreadAmount, reporter),
    identities: new WeakMap(),
    canUpgrade: runtime.upgrade !== undefined,
  };
}

function createInner(parts: ServerParts, shutdown: Shutdown): InnerServer {
  const { options, sessions, reporter } = parts;
  const { prefix } = options;
  const route = createRouter(parts);
  const owns = (path: string): boolean =>
    path.startsWith(prefix) && (path.length === prefix.length || path[prefix.length] === "/");
  const fail = (cause: unknown): void => {
    const isKnown = cause instanceof SockJSError;
    const message = "Cannot answer request: it failed";
    reporter.report(isKnown ? cause : new SockJSError("ERR_SOCKJS_INTERNAL", message, { cause }));
  };
  const answerFailure = (cause: unknown): Reply => {
    fail(cause);
    return plainText(500, "Internal error\n");
  };
  return {
    maxPayload: Math.max(options.maxBodySize, options.maxMessageSize),
    owns,
    fail,
    ignoreSignals: () => shutdown.ignoreSignals(),
    close: (closeOptions = {}) => shutdown.close(closeOptions),
    trace(listener) {
      sessions.trace = (id, what) => listener(id?.slice(0, TRACED_ID_LENGTH), what);
    },
    handle(incoming) {
      if (!owns(incoming.path)) return notFound();
      try {
        shutdown.served();
        const answer = route(incoming, incoming.path.slice(prefix.length));
        const reply = isThenable(answer) ? answer.catch(answerFailure) : answer;
        return sessions.closing ? andThen(reply, endConnection) : reply;
      } catch (cause) {
        return answerFailure(cause);
      }
    },
  };
}

/** The server ends: the browser must not count on the connection for its next request. */
function endConnection(reply: Reply): Reply {
  if (reply.kind !== "text") return reply; // frames: see `receive`
  return { ...reply, headers: { ...reply.headers, Connection: "close" } };
}

/** Enough to tell sessions apart, and too little to take one over. */
const TRACED_ID_LENGTH = 4;

function takeStats(sessions: Sessions, connections: Connections): Stats {
  const { counters, open, topics, channelCount } = connections;
  const { receivers, bufferedAmount } = sessions.totals();
  return {
    connections: connections.byTransport(),
    open: open.size,
    sessions: sessions.size,
    receivers,
    opened: counters.opened,
    closed: Object.fromEntries(counters.closed),
    messagesReceived: counters.messagesReceived,
    messagesSent: counters.messagesSent,
    charactersReceived: counters.charactersReceived,
    bytesSent: counters.bytesSent,
    rates: counters.rates(),
    bufferedAmount,
    topics: topics.size,
    channels: channelCount,
  };
}
