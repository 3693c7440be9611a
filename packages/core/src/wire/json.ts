/** Printable ASCII that JSON writes as it is: the usual message, told by one cheap scan. */
const PLAIN = /^[ !#-[\]-~]*$/;

/**
 * Up to this length the scan costs less than `JSON.stringify`. Engines that look at many characters at once when they write
 * JSON (V8 from 13.8 on, JavaScriptCore) are four times as fast as the scan on a long text, others take twice as long. No
 * property tells; all of the former have `Uint8Array.fromBase64`.
 */
const MAX_SCANNED_LENGTH = "fromBase64" in Uint8Array ? 256 : Infinity;

/** What JSON.stringify leaves as it is but SockJS clients must not see raw (protocol, section 4). */
const UNSAFE = /[\u200c-\u200f\u2028-\u202f\u2060-\u206f\ufff0-\uffff]/;
const UNSAFE_ALL = new RegExp(UNSAFE, "g");

/** Whether a message's JSON is known at little cost to be the message itself in quotes, one byte a character. */
export function isPlain(text: string): boolean {
  return text.length <= MAX_SCANNED_LENGTH && PLAIN.test(text);
}

/**
 * A message as a JSON string in the protocol's escaping: beyond JSON, U+200C–200F, U+2028–202F, U+2060–206F, U+FFF0–FFFF
 * and lone surrogates, as lower-case `\uXXXX` (protocol, section 4). Control characters are as JSON.stringify writes them:
 * in the short form where there is one, which the public suite compares.
 */
export function quote(text: string): string {
  if (isPlain(text)) return `"${text}"`;
  const json = JSON.stringify(text); // writes lone surrogates as \udXXX by itself
  return UNSAFE.test(json) ? json.replace(UNSAFE_ALL, toUnicodeEscape) : json;
}

/** `<` never stands in a script element's string, so that no message can end the element (protocol, section 6). */
export function escapeForScript(json: string): string {
  return json.replaceAll("<", "\\u003c");
}

/** A payload's messages, or the protocol's words for what is wrong with it. */
export type DecodedPayload =
  | { readonly ok: true; readonly messages: readonly string[] }
  | { readonly ok: false; readonly error: "Payload expected." | "Broken JSON encoding." };

/**
 * Reads the body of a sending request: a JSON array of strings. All or none: one item that is no string spoils the
 * payload (protocol, section 6). Never throws.
 */
export function decodePayload(payload: string): DecodedPayload {
  if (payload === "") return PAYLOAD_EXPECTED;
  if (payload.length > BIG_PAYLOAD && !looksFlat(payload)) return BROKEN_JSON;
  const value = parse(payload);
  if (value === undefined) return BROKEN_JSON;
  if (!Array.isArray(value)) return PAYLOAD_EXPECTED;
  return isStrings(value) ? { ok: true, messages: value } : BROKEN_JSON;
}

/** Reads a message of the SockJS WebSocket: an array of strings or one bare string; `undefined` when it is neither. */
export function decodeSocketMessage(payload: string): readonly string[] | undefined {
  if (payload.length > BIG_PAYLOAD && !looksFlat(payload)) return undefined;
  const value = parse(payload);
  if (typeof value === "string") return [value];
  return Array.isArray(value) && isStrings(value) ? value : undefined;
}

const PAYLOAD_EXPECTED: DecodedPayload = { ok: false, error: "Payload expected." };
const BROKEN_JSON: DecodedPayload = { ok: false, error: "Broken JSON encoding." };

/** From this many characters on, a payload is looked over before it is parsed. */
const BIG_PAYLOAD = 65_536;

/**
 * Whether a payload may be an array of strings, or a string: what stands outside its strings is a bracket at either end,
 * commas and white space. Much cheaper than parsing what nests millions of arrays.
 */
function looksFlat(payload: string): boolean {
  const OUTSIDE = /[^\s,]/g; // the next thing that is more than a separator
  let isInside = false;
  for (let index = 0; ; index++) {
    OUTSIDE.lastIndex = index;
    const found = OUTSIDE.exec(payload);
    if (found === null) return true;
    index = found.index;
    if (found[0] === '"') {
      index = endOfString(payload, index + 1);
      if (index < 0) return true; // no JSON: the parser says so
    } else if (found[0] === "[" && !isInside) {
      isInside = true;
    } else if (found[0] !== "]") {
      return false;
    }
  }
}

/** The index of the quote that ends a string, or -1. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text[end - 1 - backslashes] === "\\") backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return -1;
}

/** What keeping one message costs besides its text, so that many empty messages meet a limit, too. */
export const MESSAGE_OVERHEAD = 64;
const ALWAYS_ALLOWED = 1024;

/**
 * The messages that one payload of a limited size may hold: handing on millions of empty ones would keep everybody else
 * waiting.
 */
export function maxMessages(maxPayloadSize: number): number {
  return Math.max(ALWAYS_ALLOWED, Math.floor(maxPayloadSize / MESSAGE_OVERHEAD));
}

/** `undefined` is no JSON value, so it can stand for a failure. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined; // not JSON, or nested deeper than the stack
  }
}

function isStrings(values: readonly unknown[]): values is readonly string[] {
  for (const value of values) if (typeof value !== "string") return false;
  return true;
}

function toUnicodeEscape(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
