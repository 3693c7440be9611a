import { expect, test } from "vitest";
import { remoteAddress } from "../../src/http/remote-address.ts";
import { createIncoming } from "../support/incoming.ts";

const PROXIES = ["10.0.0.1", "10.0.0.2"];

test.each<
  [trustProxy: false | number | string[], direct: string, forwarded: string, found: string]
>([
  [false, "10.0.0.1", "192.0.2.7", "10.0.0.1"],
  [1, "10.0.0.1", "192.0.2.7", "192.0.2.7"],
  [1, "10.0.0.1", "203.0.113.9, 192.0.2.7", "192.0.2.7"],
  [2, "10.0.0.1", "203.0.113.9, 192.0.2.7, 10.0.0.2", "192.0.2.7"],
  [3, "10.0.0.1", "192.0.2.7", "192.0.2.7"],
  [1, "10.0.0.1", "", "10.0.0.1"],
  [1, "10.0.0.1", " , ,192.0.2.7 ,", "192.0.2.7"],
  [1, "10.0.0.1", "2001:db8::7", "2001:db8::7"],
  [1, "10.0.0.1", "::ffff:192.0.2.7", "192.0.2.7"],
  [PROXIES, "10.0.0.1", "192.0.2.7", "192.0.2.7"],
  [PROXIES, "10.0.0.1", "203.0.113.9, 192.0.2.7, 10.0.0.2", "192.0.2.7"],
  [PROXIES, "10.0.0.1", "10.0.0.2", "10.0.0.2"],
  [PROXIES, "192.0.2.7", "203.0.113.9", "192.0.2.7"],
  [PROXIES, "::ffff:10.0.0.1", "192.0.2.7", "192.0.2.7"],
  [[], "10.0.0.1", "192.0.2.7", "10.0.0.1"],
  [1, "10.0.0.1", "203.0.113.9:50111", "203.0.113.9"],
  [1, "10.0.0.1", "[2001:db8::1]:443", "2001:db8::1"],
  [1, "10.0.0.1", "[2001:db8::1]", "2001:db8::1"],
  [["10.0.0.0/8"], "10.9.9.9", "192.0.2.7", "192.0.2.7"],
  [["10.0.0.0/8"], "10.9.9.9", "203.0.113.9, 192.0.2.7, 10.1.1.1:8080", "192.0.2.7"],
  [["::1"], "0:0:0:0:0:0:0:1", "192.0.2.7", "192.0.2.7"],
])(
  "`remoteAddress()` with `trustProxy: %j` from %s with `X-Forwarded-For: %s` is %s",
  (trustProxy, direct, forwarded, found) => {
    const headers = { "x-forwarded-for": forwarded };

    expect(remoteAddress(createIncoming({ headers, remoteAddress: direct }), trustProxy)).toBe(
      found,
    );
  },
);

test.each([
  ["::ffff:127.0.0.1", "127.0.0.1"],
  ["::1", "::1"],
  ["::ffff:abcd", "::ffff:abcd"],
])("`remoteAddress()` gives %s as %s", (direct, found) => {
  expect(remoteAddress(createIncoming({ remoteAddress: direct }), false)).toBe(found);
});

test.each(["unknown", "_hidden", "300.0.0.1"])(
  "`remoteAddress()` is absent where a proxy says %s",
  (said) => {
    const headers = { "x-forwarded-for": said };

    expect(remoteAddress(createIncoming({ headers, remoteAddress: "10.0.0.1" }), 1)).toBe(
      undefined,
    );
  },
);

test("`remoteAddress()` is absent where the runtime does not tell", () => {
  expect(remoteAddress(createIncoming(), false)).toBe(undefined);
});

test("`remoteAddress()` takes a proxy's word where proxies are counted and the runtime does not tell", () => {
  const headers = { "x-forwarded-for": "192.0.2.7" };

  expect(remoteAddress(createIncoming({ headers }), 1)).toBe("192.0.2.7");
});

test("`remoteAddress()` trusts no listed proxy where the runtime does not tell", () => {
  const headers = { "x-forwarded-for": "192.0.2.7" };

  expect(remoteAddress(createIncoming({ headers }), PROXIES)).toBe(undefined);
});
