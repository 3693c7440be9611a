import { expect, test } from "vitest";
import {
  decodePayload,
  decodeSocketMessage,
  escapeForScript,
  isPlain,
  quote,
} from "../../src/wire/json.ts";

const CODE_UNITS = Array.from({ length: 0x10000 }, (_none, unit) => unit);

/** The first and last of each run of code units that a test accepts. */
function rangesOf(accepts: (unit: number) => boolean): readonly string[] {
  const ranges: string[] = [];
  for (const unit of CODE_UNITS) {
    if (!accepts(unit)) continue;
    if (accepts(unit - 1)) ranges.push(`${ranges.pop()?.slice(0, 4)}-${hex(unit)}`);
    else ranges.push(hex(unit));
  }
  return ranges;
}

function hex(unit: number): string {
  return unit.toString(16).padStart(4, "0");
}

test("`quote()` writes as lower-case `\\uXXXX` what the protocol names and JSON has no short form for", () => {
  const isLongEscaped = (unit: number): boolean =>
    unit >= 0 && quote(String.fromCharCode(unit)) === `"\\u${hex(unit)}"`;

  expect(rangesOf(isLongEscaped)).toEqual([
    "0000-0007",
    "000b",
    "000e-001f",
    "200c-200f",
    "2028-202f",
    "2060-206f",
    "d800-dfff",
    "fff0-ffff",
  ]);
});

test("`quote()` leaves every other code unit but the quote and the backslash as it is", () => {
  const isRaw = (unit: number): boolean =>
    unit >= 0 && quote(String.fromCharCode(unit)) === `"${String.fromCharCode(unit)}"`;

  expect(rangesOf(isRaw)).toEqual([
    "0020-0021",
    "0023-005b",
    "005d-200b",
    "2010-2027",
    "2030-205f",
    "2070-d7ff",
    "e000-ffef",
  ]);
});

test.each([
  ["\b", String.raw`"\b"`],
  ["\t", String.raw`"\t"`],
  ["\n", String.raw`"\n"`],
  ["\f", String.raw`"\f"`],
  ["\r", String.raw`"\r"`],
  ['"', String.raw`"\""`],
  ["\\", String.raw`"\\"`],
])("`quote()` writes %j in JSON's short form", (text, json) => {
  expect(quote(text)).toBe(json);
});

test("`JSON.parse()` of `quote()` gives every code unit back", () => {
  const changed = CODE_UNITS.filter((unit) => {
    const text = String.fromCharCode(unit);
    return JSON.parse(quote(text)) !== text;
  });

  expect(changed).toEqual([]);
});

test("`JSON.parse()` of `quote()` gives a message of all code units back", () => {
  const text = CODE_UNITS.map((unit) => String.fromCharCode(unit)).join("");

  expect(JSON.parse(quote(text)) === text).toBe(true);
});

test("`quote()` escapes what stands between plain characters", () => {
  expect(quote('a\nb\u2028c"d\\n\ud83de\0f')).toBe(String.raw`"a\nb\u2028c\"d\\n\ud83de\u0000f"`);
});

test("`quote()` leaves surrogate pairs as they are", () => {
  expect(quote("😀\u{10ffff}")).toBe('"😀\u{10ffff}"');
});

test("`isPlain()` accepts exactly printable ASCII without the quote and the backslash", () => {
  const isPlainUnit = (unit: number): boolean => unit >= 0 && isPlain(String.fromCharCode(unit));

  expect(rangesOf(isPlainUnit)).toEqual(["0020-0021", "0023-005b", "005d-007e"]);
});

test("`isPlain()` accepts the empty message", () => {
  expect(isPlain("")).toBe(true);
});

test("`escapeForScript()` writes `<` so that JSON reads it back and HTML does not see it", () => {
  expect(escapeForScript('"</script><!--"')).toBe('"\\u003c/script>\\u003c!--"');
});

test("`decodePayload()` gives the messages of an array of strings", () => {
  expect(decodePayload(' [ "a" , "\\u0062" ] ')).toEqual({ ok: true, messages: ["a", "b"] });
});

test("`decodePayload()` takes an empty array as no messages", () => {
  expect(decodePayload("[]")).toEqual({ ok: true, messages: [] });
});

test("`decodePayload()` gives lone surrogates as they came", () => {
  expect(decodePayload('["\\ud800","\\udfff"]')).toEqual({
    ok: true,
    messages: ["\ud800", "\udfff"],
  });
});

test.each(["", "{}", '"a"', "1", "null", "true"])(
  "`decodePayload()` asks for a payload when it gets `%s`",
  (payload) => {
    expect(decodePayload(payload)).toEqual({ ok: false, error: "Payload expected." });
  },
);

test.each(["[", '["a', '["a"],', " ", "x", "['a']", '["a\n"]', "[1]", '["a",null]', '["a",["b"]]'])(
  "`decodePayload()` calls `%s` broken JSON",
  (payload) => {
    expect(decodePayload(payload)).toEqual({ ok: false, error: "Broken JSON encoding." });
  },
);

test("`decodePayload()` calls an array nested deeper than the stack broken JSON", () => {
  expect(decodePayload("[".repeat(200_000))).toEqual({
    ok: false,
    error: "Broken JSON encoding.",
  });
});

test.each([
  ['["a","b"]', ["a", "b"]],
  ['"a"', ["a"]],
  ['""', [""]],
  ["[]", []],
])("`decodeSocketMessage()` reads `%s`", (payload, messages) => {
  expect(decodeSocketMessage(payload)).toEqual(messages);
});

test.each(["", "[", '"a', "a", "1", "null", "{}", '["a",1]', "[[]]"])(
  "`decodeSocketMessage()` gives nothing for `%s`",
  (payload) => {
    expect(decodeSocketMessage(payload)).toBe(undefined);
  },
);
