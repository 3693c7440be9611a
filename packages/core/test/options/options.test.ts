import { expect, test } from "vitest";
import { resolveOptions } from "../../src/options/resolve-options.ts";
import type { Options } from "../../src/options/options.ts";

const DEFAULTS = {
  prefix: "",
  sockjsUrl: "https://cdn.jsdelivr.net/npm/sockjs-client@1/dist/sockjs.min.js",
  responseLimit: 131_072,
  heartbeatDelay: 25_000,
  disconnectDelay: 5000,
  pongTimeout: 10_000,
  transports: new Set([
    "websocket",
    "websocket-raw",
    "xhr-streaming",
    "xhr-polling",
    "eventsource",
    "htmlfile",
    "jsonp-polling",
  ]),
  jsessionid: false,
  baseUrl: undefined,
  origins: "*",
  authorize: undefined,
  verifyAddress: false,
  trustProxy: false,
  maxMessageSize: 1_048_576,
  maxBodySize: 4_194_304,
  maxBufferedAmount: 16_777_216,
  maxUnreadAmount: 1_048_576,
  maxSessions: 100_000,
  gracefulShutdown: true,
  onError: expect.any(Function),
  log: undefined,
};

const anyFunction = (): never => {
  throw new Error("not called");
};

test("`resolveOptions()` without options gives the documented defaults", () => {
  expect(resolveOptions()).toEqual(DEFAULTS);
});

test("`resolveOptions()` takes `undefined` as absent", () => {
  const absent = Object.fromEntries(Object.keys(DEFAULTS).map((name) => [name, undefined]));

  expect(resolveOptions(absent)).toEqual(DEFAULTS);
});

test("`resolveOptions()` without `onError` ignores failures", () => {
  expect(resolveOptions().onError(new Error("ignored") as never)).toBe(undefined);
});

test.each<[name: keyof Options, value: unknown, resolved: unknown]>([
  ["prefix", "/echo", "/echo"],
  ["prefix", "/echo/", "/echo"],
  ["prefix", "/a/b//", "/a/b"],
  ["prefix", "/", ""],
  ["prefix", "", ""],
  ["sockjsUrl", "/sockjs.js", "/sockjs.js"],
  ["sockjsUrl", "//cdn.example/sockjs.js", "//cdn.example/sockjs.js"],
  ["sockjsUrl", "http://cdn.example/s.js", "http://cdn.example/s.js"],
  ["responseLimit", 1, 1],
  ["heartbeatDelay", 0.5, 0.5],
  ["disconnectDelay", 2_147_483_647, 2_147_483_647],
  ["transports", [], new Set()],
  ["transports", ["xhr-polling", "xhr-polling"], new Set(["xhr-polling"])],
  ["jsessionid", true, true],
  ["jsessionid", anyFunction, anyFunction],
  ["baseUrl", "https://example.com/echo", "https://example.com/echo"],
  ["origins", "same-origin", "same-origin"],
  ["origins", ["https://a.example", /b/], ["https://a.example", /b/]],
  ["origins", [], []],
  [
    "origins",
    ["HTTPS://A.Example:443", "http://b.example:80"],
    ["https://a.example", "http://b.example"],
  ],
  ["origins", ["https://a.example:8443"], ["https://a.example:8443"]],
  ["origins", ["null", "capacitor://localhost"], ["null", "capacitor://localhost"]],
  ["origins", ["file://"], ["file://"]],
  ["origins", ["https://b\u00fccher.example"], ["https://xn--bcher-kva.example"]],
  ["trustProxy", ["10.0.0.0/8", "::1"], ["10.0.0.0/8", "::1"]],
  ["origins", anyFunction, anyFunction],
  ["authorize", anyFunction, anyFunction],
  ["verifyAddress", true, true],
  ["trustProxy", 2, 2],
  ["trustProxy", ["127.0.0.1"], ["127.0.0.1"]],
  ["maxSessions", Number.MAX_SAFE_INTEGER, Number.MAX_SAFE_INTEGER],
  ["onError", anyFunction, anyFunction],
  ["log", anyFunction, anyFunction],
])("`resolveOptions()` resolves `%s: %j`", (name, value, resolved) => {
  expect(resolveOptions({ [name]: value })).toEqual({ ...resolveOptions(), [name]: resolved });
});

test.each([
  ["*", 'write "*" by itself, not in an array'],
  [
    "https://*.a.example",
    "a wildcard needs a RegExp, such as /^https:\\/\\/\\w+\\.example\\.com$/",
  ],
  ["https://a.example/", "an origin ends with its host or port, without a slash or a path"],
  ["https://a.example/path", "an origin ends with its host or port, without a slash or a path"],
  ["https://me@a.example", "an origin ends with its host or port, without a slash or a path"],
  ["a.example", 'an origin begins with a scheme, such as "https://"'],
  ["https://a.example https://b.example", "an origin holds no blanks, commas or semicolons"],
  ["https://a.example; script-src x", "an origin holds no blanks, commas or semicolons"],
  ["https://a.example,b.example", "an origin holds no blanks, commas or semicolons"],
  ["https://a.example:99999", "it is no URL"],
  ["", 'an origin begins with a scheme, such as "https://"'],
])("`resolveOptions()` refuses the origin `%s`, which can never match: %s", (origin, why) => {
  expect(() => resolveOptions({ origins: [origin] })).toThrow(
    new TypeError(`Option "origins" holds "${origin}": ${why}`),
  );
});

test("`resolveOptions()` refuses `identity` where every origin is welcome", () => {
  const message =
    'Option "identity" needs restricted "origins": cookies are not looked at where every origin is welcome';

  expect(() => resolveOptions({ identity: anyFunction })).toThrow(new TypeError(message));
  expect(resolveOptions({ identity: anyFunction, origins: "same-origin" }).identity).toBe(
    anyFunction,
  );
});

test.each(["transports", "origins", "trustProxy"] as const)(
  "`resolveOptions()` copies the array `%s`",
  (name) => {
    const given: never[] = [];
    const resolved = resolveOptions({ [name]: given });

    expect(resolved[name]).not.toBe(given);
  },
);

const A_PATH = 'a percent-encoded path that starts with "/", or empty';
const A_SCRIPT = 'a URL that starts with "/" or "http"';
const A_SIZE = "a whole number above 0";
const A_DELAY = "milliseconds above 0 and at most 2147483647";
const TRANSPORTS =
  "an array of websocket, websocket-raw, xhr-streaming, xhr-polling, eventsource, htmlfile, jsonp-polling";
const AN_HTTP_URL = 'a URL that starts with "http://" or "https://"';
const A_NETWORK = "an array of addresses and ranges, such as 10.0.0.1 or 10.0.0.0/8";
const ORIGINS = '"*", "same-origin", an array of strings and RegExps, or a function';
const PROXIES = "false, a number of proxies, or an array of addresses";

test.each<[name: keyof Options, value: unknown, wanted: string, found: string]>([
  ["prefix", "echo", A_PATH, '"echo"'],
  ["prefix", "/echo?x", A_PATH, '"/echo?x"'],
  ["prefix", "/echo#x", A_PATH, '"/echo#x"'],
  ["prefix", "https://example.com/echo", A_PATH, '"https://example.com/echo"'],
  ["prefix", null, A_PATH, "null"],
  ["prefix", 1, A_PATH, "1"],
  ["sockjsUrl", "sockjs.js", A_SCRIPT, '"sockjs.js"'],
  ["sockjsUrl", "", A_SCRIPT, '""'],
  ["sockjsUrl", "javascript:alert(1)", A_SCRIPT, '"javascript:alert(1)"'],
  ["sockjsUrl", {}, A_SCRIPT, "object"],
  ["sockjsUrl", "x".repeat(100), A_SCRIPT, `"${"x".repeat(64)}"`],
  ["responseLimit", 0, A_SIZE, "0"],
  ["responseLimit", 1.5, A_SIZE, "1.5"],
  ["responseLimit", Infinity, A_SIZE, "Infinity"],
  ["responseLimit", "4096", A_SIZE, '"4096"'],
  ["heartbeatDelay", 0, A_DELAY, "0"],
  ["heartbeatDelay", -1, A_DELAY, "-1"],
  ["heartbeatDelay", NaN, A_DELAY, "NaN"],
  ["heartbeatDelay", 2_147_483_648, A_DELAY, "2147483648"],
  ["disconnectDelay", "5s", A_DELAY, '"5s"'],
  ["disconnectDelay", null, A_DELAY, "null"],
  ["pongTimeout", Infinity, A_DELAY, "Infinity"],
  ["transports", "websocket", TRANSPORTS, '"websocket"'],
  ["transports", ["xhr_streaming"], TRANSPORTS, "object"],
  ["transports", new Set(["websocket"]), TRANSPORTS, "object"],
  ["jsessionid", "dummy", "a boolean or a function", '"dummy"'],
  ["jsessionid", null, "a boolean or a function", "null"],
  ["baseUrl", new URL("https://example.com"), "a string", "object"],
  ["prefix", "/a/../b", 'a path without dot segments and "*"', '"/a/../b"'],
  ["prefix", "/a/%2E", 'a path without dot segments and "*"', '"/a/%2E"'],
  ["prefix", "/echo/*", 'a path without dot segments and "*"', '"/echo/*"'],
  ["baseUrl", "ftp://example.com", AN_HTTP_URL, '"ftp://example.com"'],
  ["baseUrl", "/echo", AN_HTTP_URL, '"/echo"'],
  ["baseUrl", "https://", AN_HTTP_URL, '"https://"'],
  ["trustProxy", ["localhost"], A_NETWORK, '"localhost"'],
  ["trustProxy", ["10.0.0.0/33"], A_NETWORK, '"10.0.0.0/33"'],
  ["origins", "https://a.example", ORIGINS, '"https://a.example"'],
  ["origins", ["https://a.example", 1], ORIGINS, "object"],
  ["origins", /a/, ORIGINS, "object"],
  ["origins", true, ORIGINS, "boolean"],
  ["authorize", "me", "a function", '"me"'],
  ["authorize", null, "a function", "null"],
  ["verifyAddress", 1, "a boolean", "1"],
  ["trustProxy", true, PROXIES, "boolean"],
  ["trustProxy", 0, PROXIES, "0"],
  ["trustProxy", 1.5, PROXIES, "1.5"],
  ["trustProxy", "127.0.0.1", PROXIES, '"127.0.0.1"'],
  ["trustProxy", [1], PROXIES, "object"],
  ["maxMessageSize", -1, A_SIZE, "-1"],
  ["maxBodySize", 0, A_SIZE, "0"],
  ["maxBufferedAmount", 2 ** 53, A_SIZE, "9007199254740992"],
  ["maxUnreadAmount", null, A_SIZE, "null"],
  ["maxSessions", NaN, A_SIZE, "NaN"],
  ["onError", {}, "a function", "object"],
  ["log", true, "a function", "boolean"],
])("`resolveOptions()` refuses `%s: %j`", (name, value, wanted, found) => {
  expect(() => resolveOptions({ [name]: value })).toThrow(
    new TypeError(`Option "${name}" must be ${wanted}, not ${found}`),
  );
});

test.each(["Prefix", "heartbeat_delay", "__proto", "toString"])(
  "`resolveOptions()` refuses the unknown option `%s`",
  (name) => {
    expect(() => resolveOptions({ [name]: undefined })).toThrow(
      new TypeError(`Unknown option "${name}"`),
    );
  },
);

test.each([
  [null, "null"],
  ["/echo", '"/echo"'],
  [1, "1"],
])("`resolveOptions()` refuses options that are %j", (options, found) => {
  expect(() => resolveOptions(options as never)).toThrow(
    new TypeError(`Option "options" must be an object, not ${found}`),
  );
});
