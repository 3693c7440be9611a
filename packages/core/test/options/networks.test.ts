import { expect, test } from "vitest";
import { contains, parseAddress, parseNetwork } from "../../src/options/networks.ts";

test.each<[text: string, bytes: readonly number[] | undefined]>([
  ["192.0.2.7", [192, 0, 2, 7]],
  ["0.0.0.0", [0, 0, 0, 0]],
  ["255.255.255.255", [255, 255, 255, 255]],
  ["::1", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1]],
  ["::", [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  ["2001:DB8::a:b", [0x20, 1, 0xd, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 10, 0, 11]],
  ["1:2:3:4:5:6:7:8", [0, 1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0, 7, 0, 8]],
  ["::ffff:192.0.2.7", [192, 0, 2, 7]],
  ["::ffff:c000:207", [192, 0, 2, 7]],
  ["256.0.0.1", undefined],
  ["192.0.2", undefined],
  ["192.0.2.07", undefined],
  ["192.0.2.7.", undefined],
  ["1:2:3:4:5:6:7", undefined],
  ["1:2:3:4:5:6:7:8:9", undefined],
  ["1::2::3", undefined],
  [":1:2:3:4:5:6:7:8", undefined],
  ["12345::", undefined],
  ["unknown", undefined],
  ["", undefined],
])("`parseAddress()` reads %s as %j", (text, bytes) => {
  expect(parseAddress(text)).toEqual(bytes);
});

test.each<[network: string, address: string, held: boolean]>([
  ["10.0.0.0/8", "10.255.0.1", true],
  ["10.0.0.0/8", "11.0.0.1", false],
  ["192.0.2.0/25", "192.0.2.127", true],
  ["192.0.2.0/25", "192.0.2.128", false],
  ["0.0.0.0/0", "203.0.113.9", true],
  ["0.0.0.0/0", "::1", false],
  ["10.0.0.1", "10.0.0.1", true],
  ["10.0.0.1", "10.0.0.2", false],
  ["10.0.0.0/8", "::ffff:10.1.2.3", true],
  ["::ffff:10.0.0.0/104", "10.1.2.3", true],
  ["2001:db8::/32", "2001:db8:1::9", true],
  ["2001:db8::/32", "2001:db9::9", false],
  ["fe80::/10", "febf::1", true],
])("`contains()` of %s and %s is %j", (network, address, held) => {
  const parsed = parseNetwork(network);
  const bytes = parseAddress(address);

  expect(parsed && bytes && contains(parsed, bytes)).toBe(held);
});

test.each([
  "10.0.0.0/33",
  "10.0.0.0/",
  "10.0.0.0/8/8",
  "10.0.0.0/-1",
  "::/129",
  "::ffff:10.0.0.0/8",
  "localhost",
  "10.0.0.*",
])("`parseNetwork()` knows no network %s", (text) => {
  expect(parseNetwork(text)).toBe(undefined);
});
