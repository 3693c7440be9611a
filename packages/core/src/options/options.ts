import type { SockJSError } from "./errors.ts";
import type { TransportName } from "../transports/transport.ts";

/** Which origins may talk to the server; see {@link Options.origins}. */
export type Origins =
  | "*"
  | "same-origin"
  | readonly (string | RegExp)[]
  | ((origin: string, request: Request) => boolean);

/** A request as {@link Options.identity} sees it: made at little cost, since it is asked about every request of a session. */
export interface RequestView {
  /** In upper case, as it came. */
  readonly method: string;
  /** Path and query as they came. */
  readonly url: string;
  /** What is read of the request's headers. */
  readonly headers: {
    /** A header by its name, in any case; several of one name joined by commas, `null` for none. */
    get(name: string): string | null;
  };
}

/** One line of {@link Options.log}. */
export interface LogEntry {
  /** How much it matters. */
  readonly level: "info" | "warn" | "error";
  /** What happened, as a stable word: `open`, `close`, `refuse`, `unfinished`, `error`. */
  readonly event: string;
  /** The connection it happened to. */
  readonly connection?: string;
  /** What else there is to say, by event: a code, a transport, an error. */
  readonly [detail: string]: unknown;
}

/** Settings of a server. Every delay is in milliseconds, every size in bytes. */
export interface Options<Context = undefined> {
  /**
   * Path the service lives under, such as `/echo`, as seen by the `fetch` it is given to. A trailing slash is dropped.
   * Leave it empty below a router that strips the path.
   *
   * @default "" (the root)
   */
  readonly prefix?: string;
  /**
   * URL of the SockJS client script that the iframe page loads. It must start with `/` or `http`. Change it to serve the
   * script from a place of your own.
   *
   * @default "https://cdn.jsdelivr.net/npm/sockjs-client@1/dist/sockjs.min.js"
   */
  readonly sockjsUrl?: string;
  /**
   * Bytes of frames after which a streaming response ends and the client opens the next; the frame that crosses the limit
   * is sent whole. A browser keeps a response in memory until it ends: lower it for weak devices, raise it for long bursts.
   *
   * @default 131072 (128 KiB)
   */
  readonly responseLimit?: number;
  /**
   * Milliseconds without any frame after which an attached receiver gets a heartbeat, and between two pings of a WebSocket;
   * Deno pings by itself, half as often as it looks for silent peers (see `pongTimeout`): each 60 s or more seldom.
   * Keep it below the idle time-outs of the proxies in front. May come up to 1 % later, so that connections share wake-ups.
   *
   * @default 25000 (25 s)
   */
  readonly heartbeatDelay?: number;
  /**
   * Milliseconds a session lives without a receiver. Also how long a closed session repeats its close frame, and how long one
   * that is closing waits for a receiver that takes nothing of what is queued: bytes that leave start the delay anew. After a
   * response of 64 KiB or more it is prolonged by the time its browser may still be downloading: its bytes, at most 4 MiB, at
   * 10 kB/s.
   *
   * @default 5000 (5 s)
   */
  readonly disconnectDelay?: number;
  /**
   * Milliseconds a WebSocket's peer may stay silent after a ping before its socket is cut. A receiver that takes nothing is given
   * as long after a heartbeat was due, and an admitted session as long for its first receiver to come. Bytes that a peer takes
   * start the delay anew, and it is longer by the time that what was sent last, 4 MiB of it at most, takes at 10 kB/s, where that
   * is above 64 KiB: a ping waits behind it. On Node any byte from the peer counts as well; Bun and Deno tell of whole messages only,
   * so that a peer that uploads a large one looks silent: Bun gives it 60 s at least, Deno 120 s since its last message or pong. The
   * body of a send that brings nothing for this time is given up and answered 408.
   *
   * @default 10000 (10 s)
   */
  readonly pongTimeout?: number;
  /**
   * Transports that are served; the URLs of all others answer 404, and without `websocket` the client is told not to try it.
   *
   * @default all of them
   */
  readonly transports?: readonly TransportName[];
  /**
   * Whether session URLs set the cookie `JSESSIONID`, which load balancers use to keep a browser on one server; a function
   * gives the value for a request, which it sees with its cookies.
   *
   * @default false
   */
  readonly jsessionid?: boolean | ((request: Request) => string);
  /**
   * URL the client uses for everything after `info`, told to it as `base_url`.
   *
   * @default none (the client's own)
   */
  readonly baseUrl?: string;
  /**
   * Origins that may talk to the server: all (`"*"`), the server's own, a list, or a function. With `"*"` the application
   * never sees cookies or `Authorization`, since any site could make a visitor's browser send them; with anything else it
   * does, and requests from other origins are answered 403 on every transport. So are requests to a session that are not
   * made as their transport makes them, such as a link that leads to one. In a list, an origin is a scheme, a host and a port
   * unless it is the default one; for a wildcard write a RegExp. `"null"` is the origin of files and sandboxed pages.
   *
   * @default "*"
   */
  readonly origins?: Origins;
  /**
   * Decides on each new connection before it opens, on every transport: returns what becomes `connection.context`, or a
   * `Response` that refuses. May be async. One that throws is answered 500 and reported to `onError`.
   *
   * @default none (everyone is welcome)
   */
  readonly authorize?: (request: Request) => Context | Response | Promise<Context | Response>;
  /**
   * Binds each session to who opened it: called for every request to a session URL, it returns what stays the same while
   * somebody is logged in, such as the login cookie's value (not one that changes from request to request). A request for
   * which it returns anything else than for the first is answered 404, so that whoever learns or chooses a session id can do
   * nothing with it. It must answer at once; what it throws is answered 500 and reported. Only with restricted `origins`,
   * since cookies are not looked at otherwise.
   *
   * @default none (the session id alone)
   */
  readonly identity?: (request: RequestView) => string | undefined;
  /**
   * Whether requests to a session must come from the address that opened it; others are answered 404, and so is everybody
   * whose address is not known.
   *
   * @default false
   */
  readonly verifyAddress?: boolean;
  /**
   * Whether `X-Forwarded-For` tells the address and `X-Forwarded-Proto` the scheme: not at all, for this many proxies counted
   * from the right, or for proxies with one of these addresses or in one of these ranges (`10.0.0.0/8`).
   *
   * @default false
   */
  readonly trustProxy?: false | number | readonly string[];
  /**
   * Largest message taken from a browser, in bytes of UTF-8. A larger one is answered 413, and nothing of its request is
   * delivered; a WebSocket is closed with 1009.
   *
   * @default 1048576 (1 MiB)
   */
  readonly maxMessageSize?: number;
  /**
   * Largest body of a sending request and largest WebSocket message, in bytes; either may hold many messages, each of
   * which counts for 64 bytes at least. A larger body is answered 413 while it arrives, a larger WebSocket message closes
   * with 1009. The client sends what comes while a request is under way together in the next.
   *
   * @default 4194304 (4 MiB)
   */
  readonly maxBodySize?: number;
  /**
   * Bytes one connection may have sent and its browser not yet taken. Above it the connection is closed with 1013 and
   * what is queued is dropped.
   *
   * @default 16777216 (16 MiB)
   */
  readonly maxBufferedAmount?: number;
  /**
   * Bytes one connection may have received and the application not yet taken. Above it sending requests wait for their
   * answer, and a WebSocket is paused or, where the runtime cannot pause, closed with 1013.
   *
   * @default 1048576 (1 MiB)
   */
  readonly maxUnreadAmount?: number;
  /**
   * Sessions kept at one time, WebSockets and sessions that wait to be forgotten included. Further ones are answered 503.
   *
   * @default 100000
   */
  readonly maxSessions?: number;
  /**
   * Whether SIGTERM and SIGINT close the server before they end the process, however it is served; see `Server.close`. It
   * listens from its first request until it has closed. Where the application listens to the signal as well, the process is
   * left to it.
   *
   * @default true
   */
  readonly gracefulShutdown?: boolean;
  /**
   * Called with every failure that is nobody's bad input: a hook that threw, an upgrade the runtime refused.
   *
   * @default none (silent)
   */
  readonly onError?: (error: SockJSError) => void;
  /**
   * Called with what happens, one entry an event.
   *
   * @default none (silent)
   */
  readonly log?: (entry: LogEntry) => void;
}
