import { checkOrigin } from "./check-origin.ts";
import { parseNetwork } from "./networks.ts";
import { MAX_DELAY } from "../time/fair-timer.ts";
import { TRANSPORT_NAMES, type TransportName } from "../transports/transport.ts";
import { checkCloseCode, SERVER_GONE, type CloseOptions } from "../wire/close.ts";
import type { Options, Origins } from "./options.ts";

/** Options that stay absent when they are left out. */
type Optional = "authorize" | "baseUrl" | "identity" | "log";

/** Options with every default filled in and every value checked. */
export type ResolvedOptions = {
  readonly [Name in Exclude<keyof Options, Optional | "transports">]-?: NonNullable<Options[Name]>;
} & { readonly [Name in Optional]: Options<unknown>[Name] | undefined } & {
  readonly transports: ReadonlySet<TransportName>;
};

/** Checks one option, given with its name, or fills in its default. */
type Check<Value> = (value: unknown, name: string) => Value;

/** Every option, once: how it is checked, and what it is when it is left out. */
const CHECKS: { readonly [Name in keyof ResolvedOptions]: Check<ResolvedOptions[Name]> } = {
  prefix: checkPrefix,
  sockjsUrl: checkScriptUrl("https://cdn.jsdelivr.net/npm/sockjs-client@1/dist/sockjs.min.js"),
  responseLimit: size(131_072),
  heartbeatDelay: delay(25_000),
  disconnectDelay: delay(5000),
  pongTimeout: delay(10_000),
  transports: checkTransports,
  jsessionid: checkJsessionid,
  baseUrl: checkBaseUrl,
  origins: checkOrigins,
  authorize: optional("function"),
  identity: optional("function"),
  verifyAddress: (value, name) => optional<boolean>("boolean")(value, name) ?? false,
  trustProxy: checkTrustProxy,
  maxMessageSize: size(1_048_576),
  maxBodySize: size(4_194_304),
  maxBufferedAmount: size(16_777_216),
  maxUnreadAmount: size(1_048_576),
  maxSessions: size(100_000),
  gracefulShutdown: (value, name) => optional<boolean>("boolean")(value, name) ?? true,
  onError: (value, name) => optional<Options["onError"]>("function")(value, name) ?? ignore,
  log: optional("function"),
};

/**
 * Fills in the defaults and checks every value.
 *
 * @throws {TypeError} naming the first option that is wrong or unknown.
 */
export function resolveOptions<Context>(options: Options<Context> = {}): ResolvedOptions {
  if (typeof options !== "object" || options === null) throw wrong("options", "an object", options);
  const given = new Map<string, unknown>(Object.entries(options));
  for (const name of given.keys()) {
    if (!Object.hasOwn(CHECKS, name)) throw new TypeError(`Unknown option "${name}"`);
  }
  const checked = Object.entries<Check<unknown>>(CHECKS).map(
    ([name, check]) => [name, check(given.get(name), name)] as const,
  );
  const resolved = Object.fromEntries(checked) as unknown as ResolvedOptions; // each value by the check of its name
  if (resolved.identity !== undefined && resolved.origins === "*") {
    const why = "cookies are not looked at where every origin is welcome";
    throw new TypeError(`Option "identity" needs restricted "origins": ${why}`);
  }
  return resolved;
}

/**
 * Fills in the options of `multiplex()` and checks every value.
 *
 * @throws {TypeError} naming the option that is wrong or unknown.
 */
export function resolveMultiplexOptions(options: { readonly maxChannels?: number }): {
  readonly maxChannels: number;
} {
  if (typeof options !== "object" || options === null) throw wrong("options", "an object", options);
  for (const name of Object.keys(options)) {
    if (name !== "maxChannels") throw new TypeError(`Unknown option "${name}"`);
  }
  return { maxChannels: size(256)(options.maxChannels, "maxChannels") };
}

/**
 * Fills in how a server ends and checks every value.
 *
 * @throws {TypeError} naming the option that is wrong.
 * @throws {RangeError} when the code is not a whole number from 1000 to 4999.
 */
export function resolveCloseOptions(options: CloseOptions): Required<CloseOptions> {
  const { code = SERVER_GONE.code, reason = SERVER_GONE.reason, timeout } = options;
  checkCloseCode(code, reason);
  return { code, reason, timeout: timeout === 0 ? 0 : delay(5000)(timeout, "timeout") };
}

function checkPrefix(prefix: unknown = "", name: string): string {
  if (typeof prefix !== "string" || !/^(?:\/[!"$-.0->@-~/]*)?$/.test(prefix)) {
    throw wrong(name, 'a percent-encoded path that starts with "/", or empty', prefix);
  }
  if (/\/(?:\.|%2e){1,2}(?:\/|$)|\*/i.test(prefix)) {
    throw wrong(name, 'a path without dot segments and "*"', prefix);
  }
  return prefix.replace(/\/+$/, "");
}

function checkScriptUrl(byDefault: string): Check<string> {
  return (url = byDefault, name) => {
    if (typeof url === "string" && /^(?:\/|https?:)/.test(url)) return url;
    throw wrong(name, 'a URL that starts with "/" or "http"', url);
  };
}

function checkTransports(
  transports: unknown = TRANSPORT_NAMES,
  name: string,
): ReadonlySet<TransportName> {
  const known: readonly unknown[] = TRANSPORT_NAMES;
  if (!Array.isArray(transports) || !transports.every((item: unknown) => known.includes(item))) {
    throw wrong(name, `an array of ${TRANSPORT_NAMES.join(", ")}`, transports);
  }
  return new Set(transports as readonly TransportName[]); // each is one of the names
}

function checkJsessionid(jsessionid: unknown = false, name: string): ResolvedOptions["jsessionid"] {
  if (typeof jsessionid !== "boolean" && typeof jsessionid !== "function") {
    throw wrong(name, "a boolean or a function", jsessionid);
  }
  return jsessionid as ResolvedOptions["jsessionid"]; // no code can tell what a function takes
}

function checkOrigins(origins: unknown = "*", name: string): Origins {
  if (origins === "*" || origins === "same-origin") return origins;
  if (typeof origins === "function") return origins as Origins; // no code can tell what a function takes
  const isOrigin = (item: unknown): boolean => typeof item === "string" || item instanceof RegExp;
  if (!Array.isArray(origins) || !origins.every(isOrigin)) {
    throw wrong(
      name,
      '"*", "same-origin", an array of strings and RegExps, or a function',
      origins,
    );
  }
  const items = origins as readonly (string | RegExp)[]; // as just checked
  return items.map((item) => (typeof item === "string" ? checkOrigin(item, name) : item));
}

function checkTrustProxy(trust: unknown = false, name: string): ResolvedOptions["trustProxy"] {
  if (trust === false) return trust;
  if (typeof trust === "number" && Number.isInteger(trust) && trust > 0) return trust;
  if (!Array.isArray(trust) || !trust.every((item: unknown) => typeof item === "string")) {
    throw wrong(name, "false, a number of proxies, or an array of addresses", trust);
  }
  const junk = trust.find((item) => parseNetwork(item) === undefined);
  if (junk === undefined) return [...trust];
  throw wrong(name, "an array of addresses and ranges, such as 10.0.0.1 or 10.0.0.0/8", junk);
}

function checkBaseUrl(url: unknown, name: string): string | undefined {
  if (url !== undefined && typeof url !== "string") throw wrong(name, "a string", url);
  if (url === undefined || (/^https?:\/\//i.test(url) && URL.canParse(url))) return url;
  throw wrong(name, 'a URL that starts with "http://" or "https://"', url);
}

/** A delay in milliseconds that a timer can wait. */
function delay(byDefault: number): Check<number> {
  return (value = byDefault, name) => {
    if (typeof value === "number" && value > 0 && value <= MAX_DELAY) return value;
    throw wrong(name, `milliseconds above 0 and at most ${MAX_DELAY}`, value);
  };
}

/** A size in bytes, or a number of things. */
function size(byDefault: number): Check<number> {
  return (value = byDefault, name) => {
    if (typeof value === "number" && Number.isSafeInteger(value) && value > 0) return value;
    throw wrong(name, "a whole number above 0", value);
  };
}

function optional<Value>(type: "string" | "boolean" | "function"): Check<Value | undefined> {
  return (value, name) => {
    if (value === undefined || typeof value === type) return value as Value | undefined; // as just checked
    throw wrong(name, `a ${type}`, value);
  };
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
