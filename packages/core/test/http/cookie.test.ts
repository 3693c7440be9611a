import { expect, test } from "vitest";
import { addSessionCookie } from "../../src/http/cookie.ts";
import { createIncoming } from "../support/incoming.ts";

function cookieFor(
  cookie: string | undefined,
  jsessionid: boolean | ((request: Request) => string),
): Readonly<Record<string, string>> {
  const headers: Record<string, string> = {};
  const incoming = createIncoming({ headers: cookie === undefined ? {} : { cookie } });
  addSessionCookie(headers, incoming, { jsessionid });
  return headers;
}

test("`addSessionCookie()` adds nothing where `jsessionid` is off", () => {
  expect(cookieFor("JSESSIONID=abc", false)).toEqual({});
});

test.each([
  [undefined, "dummy"],
  ["", "dummy"],
  ["other=1", "dummy"],
  ["JSESSIONID=abc", "abc"],
  ["a=b; JSESSIONID=abc; c=d", "abc"],
  ["a=b;JSESSIONID=abc", "abc"],
  ["XJSESSIONID=evil; JSESSIONID=abc", "abc"],
  ["JSESSIONID=a=b", "a=b"],
  ["JSESSIONID=!#$%&'()*+-./:<=>?@[]^_`{|}~", "!#$%&'()*+-./:<=>?@[]^_`{|}~"],
  ["JSESSIONID=", "dummy"],
])("`addSessionCookie()` answers `Cookie: %s` with %s", (cookie, value) => {
  expect(cookieFor(cookie, true)).toEqual({ "Set-Cookie": `JSESSIONID=${value}; path=/` });
});

test.each([
  'JSESSIONID="abc"',
  "JSESSIONID=a b",
  "JSESSIONID=a,b",
  "JSESSIONID=a\\b",
  "JSESSIONID=é",
  "JSESSIONID=a\r\nX-Evil: 1",
])("`addSessionCookie()` sets no cookie for `Cookie: %s`", (cookie) => {
  expect(cookieFor(cookie, true)).toEqual({});
});

test("`addSessionCookie()` takes the value of a function, which gets the request", () => {
  const jsessionid = (request: Request): string => `${request.headers.get("cookie")}!`;

  expect(cookieFor("node=3", jsessionid)).toEqual({ "Set-Cookie": "JSESSIONID=node=3!; path=/" });
});

test("`addSessionCookie()` lets no function break out of the cookie", () => {
  expect(cookieFor(undefined, () => "a; Domain=evil.example")).toEqual({});
});
