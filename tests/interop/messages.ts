import { expect } from "vitest";
import type { OpenClient } from "./client.ts";

/** Sends messages to an echo service at once and expects the same ones back, in order. */
export async function echoed(client: OpenClient, messages: readonly string[]): Promise<void> {
  await client.send(...messages);
  expect(await client.receive(messages.length)).toEqual(messages);
}

/** `0` to `count - 1`, each a message. */
export function numbered(count: number): readonly string[] {
  return Array.from({ length: count }, (_, index) => String(index));
}

/** A message of this length that begins with its name, where there is room. */
export function padded(name: string | number, length: number): string {
  return `${name}:`.padEnd(length, "x").slice(0, length);
}

/**
 * Every code unit once, rising, in 64 messages of which none holds a surrogate pair: all surrogates are alone in them. Then
 * both halves falling, and a few by themselves.
 */
export function codeUnitParts(): readonly string[] {
  const rising = Array.from({ length: 64 }, (_, part) => codeUnits(part * 1024, 1));
  const falling = [codeUnits(0xdbff, -1), codeUnits(0xdfff, -1)];
  return [...rising, ...falling, "\udc00\ud800", "\ud83d", "\ude00", "x\ud800y"];
}

/** Every 4099th code point above U+FFFF, the first and the last. */
export function sampleOfAstralPlanes(): readonly string[] {
  const sampled = Array.from({ length: Math.ceil(0x100000 / 4099) }, (_, index) =>
    String.fromCodePoint(0x10000 + index * 4099),
  );
  return [sampled.join(""), "\u{10000}", "\u{10ffff}", "😀 and 𝒳"];
}

/** What a transport might take for its own syntax: HTML, URLs, forms, JavaScript, JSON, event streams, frames. */
export const LOOK_ALIKES: readonly string[] = [
  "",
  " ",
  "\n",
  "\r\n",
  "\0",
  "</script><script>top.injected = true; throw new Error('injected')</script>",
  "<!-- <script>",
  "<img src=x onerror='top.injected = true'>",
  "]]>",
  "*/ throw new Error('injected') /*",
  "100%",
  "%",
  "%25",
  "%2525",
  "%E2%82%AC",
  "%00%0A%0D",
  "a+b&c=d;d=e",
  '"',
  "'",
  "\\",
  '\\"',
  "\\u0041",
  "\u2028\u2029",
  "\ufeff",
  "data: x\n\n",
  "o",
  "h",
  'a["x"]',
  'c[3000,"Go away!"]',
  "[]",
];

/** 1024 code units from `first`, rising or falling. */
function codeUnits(first: number, step: 1 | -1): string {
  const units = Array.from({ length: 1024 }, (_, index) =>
    String.fromCharCode(first + step * index),
  );
  return units.join("");
}
