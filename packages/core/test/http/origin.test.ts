import { expect, test, vi } from "vitest";
import type { Origins } from "../../src/options/options.ts";
import {
  isAllowedOrigin,
  sendsOwnCredentials,
  toFrameAncestors,
  type OriginRules,
} from "../../src/http/origin.ts";
import { isOwnOrigin } from "../../src/http/own-origin.ts";
import { createIncoming } from "../support/incoming.ts";

const HERE = { host: "here.example" };
/** What origins are judged by where no proxy is trusted. */
function rules(origins: Origins): OriginRules {
  return { origins, trustProxy: false };
}

/** Marks of a transport whose requests are told from others by their headers. */
const TOLD = { destinations: ["empty"], accept: /x/ };

const LIST: Origins = ["https://friend.example", /^https:\/\/\w+\.friends\.example$/g];

test.each<[origins: Origins, headers: Readonly<Record<string, string>>, allowed: boolean]>([
  ["*", { origin: "https://evil.example" }, true],
  ["*", { origin: "null" }, true],
  ["*", { "sec-fetch-site": "cross-site" }, true],
  ["same-origin", { ...HERE, origin: "https://here.example" }, true],
  ["same-origin", { ...HERE, origin: "http://HERE.example" }, true],
  ["same-origin", { host: "HERE.example:8081", origin: "http://here.example:8081" }, true],
  ["same-origin", { ...HERE, origin: "https://here.example:8081" }, false],
  ["same-origin", { ...HERE, origin: "https://here.example.evil.example" }, false],
  ["same-origin", { ...HERE, origin: "https://evil.example" }, false],
  ["same-origin", { ...HERE, origin: "here.example" }, false],
  ["same-origin", { ...HERE, origin: "null" }, false],
  ["same-origin", { ...HERE, origin: "" }, false],
  ["same-origin", { origin: "https://here.example" }, false],
  ["same-origin", HERE, true],
  ["same-origin", { ...HERE, "sec-fetch-site": "same-origin" }, true],
  ["same-origin", { ...HERE, "sec-fetch-site": "none" }, true],
  ["same-origin", { ...HERE, "sec-fetch-site": "same-site" }, false],
  ["same-origin", { ...HERE, "sec-fetch-site": "cross-site" }, false],
  [
    "same-origin",
    { ...HERE, origin: "https://here.example", "sec-fetch-site": "cross-site" },
    false,
  ],
  ["same-origin", { ...HERE, origin: "foo://here.example" }, false],
  ["same-origin", { host: "here.example:443", origin: "https://here.example" }, true],
  ["same-origin", { host: "here.example:80", origin: "http://here.example" }, true],
  ["same-origin", { host: "here.example:80", origin: "https://here.example" }, false],
  ["same-origin", { ...HERE, origin: "https://here.example:443" }, true],
  ["same-origin", { ...HERE, origin: "null", "sec-fetch-site": "same-origin" }, true],
  [
    "same-origin",
    { host: "inside:8081", origin: "https://here.example", "sec-fetch-site": "same-origin" },
    true,
  ],
  ["same-origin", { ...HERE, origin: "https://evil.example", "sec-fetch-site": "none" }, false],
  ["same-origin", { ...HERE, origin: "null", "sec-fetch-site": "cross-site" }, false],
  [["safari-web-extension://ab"], { ...HERE, origin: "safari-web-extension://AB" }, true],
  [["file://"], { ...HERE, origin: "file://" }, true],
  ["same-origin", { ...HERE, referer: "" }, true],
  ["same-origin", { ...HERE, referer: "no URL" }, true],
  [
    "same-origin",
    { ...HERE, referer: "https://evil.example/", "sec-fetch-site": "same-origin" },
    true,
  ],
  [
    "same-origin",
    { ...HERE, referer: "https://here.example/", "sec-fetch-site": "cross-site" },
    false,
  ],
  ["same-origin", { ...HERE, referer: "https://here.example/page?x" }, true],
  ["same-origin", { ...HERE, referer: "https://evil.example/https://here.example" }, false],
  ["same-origin", { ...HERE, referer: "data:text/html,x" }, false],
  ["same-origin", { ...HERE, referer: "no URL", "sec-fetch-site": "cross-site" }, false],
  [LIST, { ...HERE, origin: "https://friend.example" }, true],
  [LIST, { ...HERE, origin: "https://a.friends.example" }, true],
  [LIST, { ...HERE, origin: "https://here.example" }, true],
  [LIST, { ...HERE, origin: "https://friend.example.evil.example" }, false],
  [LIST, { ...HERE, origin: "http://friend.example" }, false],
  [LIST, { ...HERE, origin: "https://friend.example:8443" }, false],
  [LIST, { ...HERE, origin: "null" }, false],
  [LIST, { ...HERE, referer: "https://friend.example/page" }, true],
  [LIST, { ...HERE, "sec-fetch-site": "cross-site" }, false],
  [["null"], { ...HERE, origin: "null" }, true],
  [[], { ...HERE, origin: "https://here.example" }, true],
  [[], { ...HERE, origin: "https://evil.example" }, false],
  [() => true, { ...HERE, origin: "https://evil.example" }, true],
  [() => false, { ...HERE, origin: "https://evil.example" }, false],
  [() => false, { ...HERE, origin: "https://here.example" }, true],
  [() => true, { ...HERE, "sec-fetch-site": "cross-site" }, false],
])("`isAllowedOrigin()` with %j judges %j: %j", (origins, headers, allowed) => {
  expect(isAllowedOrigin(rules(origins), createIncoming({ headers }))).toBe(allowed);
});

test("`isAllowedOrigin()` judges by a global RegExp the same way each time", () => {
  const incoming = createIncoming({ headers: { ...HERE, origin: "https://a.friends.example" } });

  expect([isAllowedOrigin(rules(LIST), incoming), isAllowedOrigin(rules(LIST), incoming)]).toEqual([
    true,
    true,
  ]);
});

test("`isAllowedOrigin()` gives a function the origin and the request", () => {
  const origins = vi.fn<(origin: string, request: Request) => boolean>(() => true);
  const headers = { ...HERE, origin: "https://friend.example", cookie: "a=b" };

  isAllowedOrigin(rules(origins), createIncoming({ headers, path: "/info" }));

  const [origin, request] = origins.mock.calls[0] ?? [];
  expect(origin).toBe("https://friend.example");
  expect(request?.url).toBe("http://localhost/info?");
  expect(request?.headers.get("cookie")).toBe("a=b");
});

test("`isAllowedOrigin()` lets nobody in by a function that answers with a promise", () => {
  const origins = (() => Promise.resolve(false)) as unknown as () => boolean; // no compiler, no warning
  const headers = { ...HERE, origin: "https://evil.example" };

  expect(isAllowedOrigin(rules(origins), createIncoming({ headers }))).toBe(false);
});

test.each<
  [origins: Origins, method: string, headers: Readonly<Record<string, string>>, own: boolean]
>([
  ["*", "POST", { origin: "https://here.example" }, false],
  ["same-origin", "POST", {}, true],
  ["same-origin", "GET", {}, false],
  ["same-origin", "GET", { origin: "https://here.example" }, true],
  ["same-origin", "GET", { referer: "https://here.example/page" }, true],
  ["same-origin", "GET", { "sec-fetch-site": "same-origin" }, true],
  ["same-origin", "GET", { upgrade: "websocket" }, true],
  [[], "GET", {}, false],
])("`sendsOwnCredentials()` with %j of a %s with %j: %j", (origins, method, headers, own) => {
  expect(sendsOwnCredentials(origins, createIncoming({ method, headers }), TOLD)).toBe(own);
});

test("`sendsOwnCredentials()` has none in a GET of a transport that nothing tells", () => {
  const referer = "https://here.example/page";
  const untold = createIncoming({ headers: { referer } });
  const told = createIncoming({ headers: { referer, "sec-fetch-dest": "iframe" } });
  const htmlfile = { destinations: ["iframe"] };

  expect(
    [untold, told].map((incoming) => sendsOwnCredentials("same-origin", incoming, htmlfile)),
  ).toEqual([false, true]);
});

test.each<
  [secure: boolean, headers: Readonly<Record<string, string>>, origin: string, own: boolean]
>([
  [true, {}, "https://here.example", true],
  [true, {}, "http://here.example", false],
  [false, { "x-forwarded-proto": "https" }, "https://here.example", true],
  [false, { "x-forwarded-proto": "https" }, "http://here.example", false],
  [false, { "x-forwarded-proto": "http" }, "https://here.example", false],
  [false, { "x-forwarded-proto": "https, http" }, "http://here.example", true],
  [false, { "x-forwarded-proto": "junk" }, "http://here.example", true],
  [false, {}, "http://here.example", true],
])(
  "`isOwnOrigin()` behind one proxy, encrypted %j, with %j: %s is %j",
  (isSecure, headers, origin, own) => {
    const incoming = { ...createIncoming({ headers: { ...HERE, ...headers } }), isSecure };

    expect(isOwnOrigin(origin, incoming, 1)).toBe(own);
  },
);

test.each<[origins: Origins, ancestors: string | undefined]>([
  ["*", undefined],
  ["same-origin", "'self'"],
  [
    ["https://a.example", "https://b.example:8443"],
    "'self' https://a.example https://b.example:8443",
  ],
  [[], "'self'"],
  [["https://a.example", /b/], undefined],
  [() => true, undefined],
])("`toFrameAncestors()` of %j is %j", (origins, ancestors) => {
  expect(toFrameAncestors(origins)).toBe(ancestors);
});
