import { expect, test } from "vitest";
import { readCallback } from "../../src/routes/callback.ts";
import { plainText } from "../../src/http/replies.ts";
import { createIncoming } from "../support/incoming.ts";

test.each([
  ["c=callback", "callback"],
  ["callback=callback", "callback"],
  ["t=1&c=_jp.abc-1&x", "_jp.abc-1"],
  ["c=first&c=second", "first"],
  ["callback=second&c=first", "first"],
  ["c=%63%61ll", "call"],
  [`c=${"x".repeat(32)}`, "x".repeat(32)],
])("`readCallback()` reads `%s`", (query, callback) => {
  expect(readCallback(createIncoming({ query }))).toEqual({ ok: true, callback });
});

test.each(["", "c", "c=", "callback=", "d=callback", "C=callback"])(
  "`readCallback()` requires a callback in `%s`",
  (query) => {
    expect(readCallback(createIncoming({ query }))).toEqual({
      ok: false,
      refusal: plainText(500, '"callback" parameter required\n'),
    });
  },
);

test.each([
  "c=a b",
  "c=a%20b",
  "c=a;alert(1)",
  "c=a(",
  "c=%3Cscript%3E",
  "c=a%0a",
  "c=a[0]",
  "c=a$",
  "c=%C3%A9",
  `c=${"x".repeat(33)}`,
])("`readCallback()` calls the callback of `%s` invalid", (query) => {
  expect(readCallback(createIncoming({ query }))).toEqual({
    ok: false,
    refusal: plainText(500, 'invalid "callback" parameter\n'),
  });
});
