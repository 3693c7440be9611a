import type { SockJSError } from "./errors.ts";
import { TRANSPORT_NAMES, type TransportName } from "../transport-name.ts";

/** Which origins may talk to the server; see {@link Options.origins}. */
export type Origins =
  | "*"
  | "same-origin"
  | readonly (string | RegExp)[]
  | ((origin: string, request: Request) => boolean);

/** One line of {@link Options.log}. */
export interface LogEntry {
  /** How much it matters. */
  readonly level: "info" | "warn" | "error";
  /** What happened, as a stable word: `open`, `close`, `refuse`, `error`. */
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
   * Milliseconds without any frame after which an attached receiver gets a heartbeat, and between two pings of a WebSocket.
   * Keep it below the idle time-outs of the proxies in front. May come up to 1 % later, so that connections share wake-ups.
   *
   * @default 25000 (25 s)
   */
  readonly heartbeatDelay?: number;
  /**
   * Milliseconds a session lives without a receiver. Also how long a closed session repeats its close frame, and how long
   * one that is closing may take to send what is queued.
   *
   * @default 5000 (5 s)
   */
  readonly disconnectDelay?: number;
  /**
   * Milliseconds a WebSocket's peer may stay silent after a ping before its socket is cut. A receiver that takes nothing is given
   * as long after a heartbeat was due, and an admitted session as long for its first receiver to come.
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
   * does, and requests from other origins are answered 403 on every transport.
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
   * Whether requests to a session must come from the address that opened it; others are answered 404.
   *
   * @default false
   */
  readonly verifyAddress?: boolean;
  /**
   * Whether `X-Forwarded-For` tells the address: not at all, for so many proxies counted from the right, or for proxies
   * with one of these addresses.
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
   * with 1009. A client that sends while a request is under way sends everything together in the next.
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

/** Options with every default filled in and every value checked. */
export interface ResolvedOptions<Context> {
  readonly prefix: string;
  readonly sockjsUrl: string;
  readonly responseLimit: number;
  readonly heartbeatDelay: number;
  readonly disconnectDelay: number;
  readonly pongTimeout: number;
  readonly transports: ReadonlySet<TransportName>;
  readonly jsessionid: false | true | ((request: Request) => string);
  readonly baseUrl: string | undefined;
  readonly origins: Origins;
  readonly authorize: Options<Context>["authorize"];
  readonly verifyAddress: boolean;
  readonly trustProxy: false | number | readonly string[];
  readonly maxMessageSize: number;
  readonly maxBodySize: number;
  readonly maxBufferedAmount: number;
  readonly maxUnreadAmount: number;
  readonly maxSessions: number;
  readonly onError: (error: SockJSError) => void;
  readonly log: ((entry: LogEntry) => void) | undefined;
}

/** The longest delay in milliseconds: a longer timer fires at once, in every runtime. */
export const MAX_DELAY = 2_147_483_647;

/**
 * Fills in the defaults and checks every value.
 *
 * @throws {TypeError} naming the first option that is wrong or unknown.
 */
export function resolveOptions<Context>(options: Options<Context> = {}): ResolvedOptions<Context> {
  if (typeof options !== "object" || options === null) throw wrong("options", "an object", options);
  for (const name of Object.keys(options)) {
    if (!OPTION_NAMES.has(name)) throw new TypeError(`Unknown option "${name}"`);
  }
  return {
    prefix: resolvePrefix(options.prefix),
    sockjsUrl: resolveScriptUrl(options.sockjsUrl),
    responseLimit: size("responseLimit", options.responseLimit, 131_072),
    heartbeatDelay: checkDelay("heartbeatDelay", options.heartbeatDelay, 25_000),
    disconnectDelay: checkDelay("disconnectDelay", options.disconnectDelay, 5000),
    pongTimeout: checkDelay("pongTimeout", options.pongTimeout, 10_000),
    transports: resolveTransports(options.transports),
    jsessionid: resolveJsessionid(options.jsessionid),
    baseUrl: optional("baseUrl", "string", options.baseUrl),
    origins: resolveOrigins(options.origins),
    authorize: optional("authorize", "function", options.authorize),
    verifyAddress: optional("verifyAddress", "boolean", options.verifyAddress) ?? false,
    trustProxy: resolveTrustProxy(options.trustProxy),
    maxMessageSize: size("maxMessageSize", options.maxMessageSize, 1_048_576),
    maxBodySize: size("maxBodySize", options.maxBodySize, 4_194_304),
    maxBufferedAmount: size("maxBufferedAmount", options.maxBufferedAmount, 16_777_216),
    maxUnreadAmount: size("maxUnreadAmount", options.maxUnreadAmount, 1_048_576),
    maxSessions: size("maxSessions", options.maxSessions, 100_000),
    onError: optional("onError", "function", options.onError) ?? ignore,
    log: optional("log", "function", options.log),
  };
}

const OPTION_NAMES: ReadonlySet<string> = new Set<keyof Options>([
  "prefix",
  "sockjsUrl",
  "responseLimit",
  "heartbeatDelay",
  "disconnectDelay",
  "pongTimeout",
  "transports",
  "jsessionid",
  "baseUrl",
  "origins",
  "authorize",
  "verifyAddress",
  "trustProxy",
  "maxMessageSize",
  "maxBodySize",
  "maxBufferedAmount",
  "maxUnreadAmount",
  "maxSessions",
  "onError",
  "log",
]);

function resolvePrefix(prefix: string = ""): string {
  if (typeof prefix !== "string" || !/^(?:\/[!"$-.0->@-~/]*)?$/.test(prefix)) {
    throw wrong("prefix", 'a percent-encoded path that starts with "/", or empty', prefix);
  }
  return prefix.replace(/\/+$/, "");
}

function resolveScriptUrl(
  url: string = "https://cdn.jsdelivr.net/npm/sockjs-client@1/dist/sockjs.min.js",
): string {
  if (typeof url !== "string" || !/^(?:\/|https?:)/.test(url)) {
    throw wrong("sockjsUrl", 'a URL that starts with "/" or "http"', url);
  }
  return url;
}

function resolveTransports(
  transports: readonly TransportName[] = TRANSPORT_NAMES,
): ReadonlySet<TransportName> {
  const known: readonly unknown[] = TRANSPORT_NAMES;
  if (!Array.isArray(transports) || !transports.every((name: unknown) => known.includes(name))) {
    throw wrong("transports", `an array of ${TRANSPORT_NAMES.join(", ")}`, transports);
  }
  return new Set(transports);
}

function resolveJsessionid(
  jsessionid: boolean | ((request: Request) => string) = false,
): boolean | ((request: Request) => string) {
  if (typeof jsessionid !== "boolean" && typeof jsessionid !== "function") {
    throw wrong("jsessionid", "a boolean or a function", jsessionid);
  }
  return jsessionid;
}

function resolveOrigins(origins: Origins = "*"): Origins {
  if (origins === "*" || origins === "same-origin" || typeof origins === "function") return origins;
  const isOrigin = (item: unknown): boolean => typeof item === "string" || item instanceof RegExp;
  if (!Array.isArray(origins) || !origins.every(isOrigin)) {
    throw wrong(
      "origins",
      '"*", "same-origin", an array of strings and RegExps, or a function',
      origins,
    );
  }
  return [...origins];
}

function resolveTrustProxy(
  trust: false | number | readonly string[] = false,
): false | number | readonly string[] {
  if (trust === false) return trust;
  if (typeof trust === "number" && Number.isInteger(trust) && trust > 0) return trust;
  if (Array.isArray(trust) && trust.every((item: unknown) => typeof item === "string"))
    return [...trust];
  throw wrong("trustProxy", "false, a number of proxies, or an array of addresses", trust);
}

/**
 * A delay in milliseconds, or its default.
 *
 * @throws {TypeError} naming the option when a timer cannot wait so long.
 */
export function checkDelay(name: string, value: number | undefined, byDefault: number): number {
  if (value === undefined) return byDefault;
  if (typeof value === "number" && value > 0 && value <= MAX_DELAY) return value;
  throw wrong(name, `milliseconds above 0 and at most ${MAX_DELAY}`, value);
}

function size(name: keyof Options, value: number | undefined, byDefault: number): number {
  if (value === undefined) return byDefault;
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw wrong(name, "a whole number above 0", value);
}

function optional<T>(name: keyof Options, type: "string" | "boolean" | "function", value: T): T {
  if (value === undefined || typeof value === type) return value;
  throw wrong(name, `a ${type}`, value);
}

function wrong(name: string, wanted: string, found: unknown): TypeError {
  return new TypeError(`Option "${name}" must be ${wanted}, not ${describe(found)}`);
}

function describe(value: unknown): string {
  return typeof value === "string"
    ? `"${value.slice(0, 64)}"`
    : `${value === null ? null : typeof value === "number" ? value : typeof value}`;
}

function ignore(): void {
  // no `onError` was given
}
