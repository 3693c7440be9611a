import { expect, test } from "vitest";
import { utf8Length } from "../../src/wire/utf8.ts";

test.each([
  ["", 0],
  ["plain", 5],
  ["\0\x7f", 2],
  ["é", 2],
  ["\u0080\u07ff", 4],
  ["€", 3],
  ["\u0800\uffff", 6],
  ["😀", 4],
  ["a😀b", 6],
  ["\ud83d", 3],
  ["\ude00", 3],
  ["\ude00\ud83d", 6],
  ["\ud83d\ud83d\ude00", 7],
])("`utf8Length()` of %j is %i", (text, length) => {
  expect(utf8Length(text)).toBe(length);
});

test("`utf8Length()` agrees with `TextEncoder` on every code unit", () => {
  const encoder = new TextEncoder();
  const different = Array.from({ length: 0x10000 }, (_none, unit) =>
    String.fromCharCode(unit),
  ).filter((text) => utf8Length(text) !== encoder.encode(text).byteLength);

  expect(different).toEqual([]);
});

test.each([
  ["ASCII", "x"],
  ["two bytes each", "é"],
  ["pairs", "😀"],
  ["pairs that lie across the chunks", "x😀"],
  ["high surrogates alone", "\ud83d"],
])("`utf8Length()` of long texts agrees with `TextEncoder`: %s", (_name, unit) => {
  const lengths = [16_383, 16_384, 16_385, 32_767, 32_768, 50_001];
  const texts = lengths.map((length) => `${unit.repeat(length)}😀`.slice(-length));

  expect(texts.map(utf8Length)).toEqual(
    texts.map((text) => new TextEncoder().encode(text).byteLength),
  );
});
