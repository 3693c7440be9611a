import { describe, expect, inject, test } from "vitest";
import { converse, decodeMessages } from "../harness/conversation.ts";
import { RECEIVING_TRANSPORTS } from "../harness/receiving-transports.ts";
import { request } from "../harness/request.ts";
import { newSession, openSession, poll, sendPayload } from "../harness/session.ts";
import { openWebSocket } from "../harness/websocket-client.ts";

const port = inject("probePort");

// All 65 536 code units in 64 messages: the surrogates of each half are in messages of their own, so all are lone.
const ALL_CODE_UNITS: readonly string[] = Array.from({ length: 64 }, (_item, block) =>
  String.fromCharCode(...Array.from({ length: 1024 }, (_unit, index) => block * 1024 + index)),
);

const HALF_A_PAIR = /[\ud800-\udfff]/;

// Control characters with a short form in JSON (RFC 8259, section 7); the public suite compares it.
const SHORT_FORMS = new Map([
  ['"', String.raw`\"`],
  ["\\", String.raw`\\`],
  ["\b", String.raw`\b`],
  ["\t", String.raw`\t`],
  ["\n", String.raw`\n`],
  ["\f", String.raw`\f`],
  ["\r", String.raw`\r`],
]);

/** The protocol's rule for a code unit inside a JSON string, written out once more to judge the server by. */
function escapeUnit(unit: string): string {
  const code = unit.charCodeAt(0);
  const shortForm = SHORT_FORMS.get(unit);
  if (shortForm !== undefined) return shortForm;
  const isEscaped =
    code <= 0x1f ||
    (code >= 0x200c && code <= 0x200f) ||
    (code >= 0x2028 && code <= 0x202f) ||
    (code >= 0x2060 && code <= 0x206f) ||
    (code >= 0xd800 && code <= 0xdfff) ||
    code >= 0xfff0;
  return isEscaped ? `\\u${code.toString(16).padStart(4, "0")}` : unit;
}

function frameOf(message: string): string {
  return `a["${message.split("").map(escapeUnit).join("")}"]`;
}

/** JSON with every code unit escaped, so that the way in is not what is tested. */
function escapeAll(message: string): string {
  const units = message.split("").map((unit) => unit.charCodeAt(0).toString(16).padStart(4, "0"));
  return `["${units.map((hex) => `\\u${hex}`).join("")}"]`;
}

describe.each(RECEIVING_TRANSPORTS)("JSON on $name", (transport) => {
  test("carries all 65 536 code units, escaped exactly as the protocol says", async () => {
    const conversation = await converse(port, transport, newSession("/recorded"));
    for (const message of ALL_CODE_UNITS) {
      expect((await sendPayload(port, conversation.session, escapeAll(message))).status).toBe(204);
      const frame = await conversation.readFrame();
      expect(frame).toBe(frameOf(message));
      expect(decodeMessages(frame)).toEqual([message]);
    }
    conversation.close();
  });

  test("carries surrogate pairs, whole and torn", async () => {
    const conversation = await converse(port, transport, newSession("/recorded"));
    await sendPayload(port, conversation.session, String.raw`["\ud83d\ude00","\ude00\ud83d"]`);
    const messages = await conversation.readMessages(2);
    expect(messages).toEqual(["\u{1f600}", "\ude00\ud83d"]);
    conversation.close();
  });
});

describe("JSON on websocket", () => {
  test("carries all 65 536 code units, escaped exactly as the protocol says", async () => {
    const client = await openWebSocket(port, `${newSession("/recorded")}/websocket`);
    expect(await client.readMessage()).toBe("o");
    for (const message of ALL_CODE_UNITS) {
      client.socket.send(escapeAll(message));
      expect(await client.readMessage()).toBe(frameOf(message));
    }
    client.socket.close();
  });
});

describe("text on the raw websocket", () => {
  test("carries all code units but lone surrogates, which UTF-8 has not, as they are", async () => {
    const client = await openWebSocket(port, "/recorded/websocket");
    for (const message of ALL_CODE_UNITS.filter((text) => !HALF_A_PAIR.test(text))) {
      client.socket.send(message);
      expect(await client.readMessage()).toBe(message);
    }
    client.socket.send("\u{1f600}\u{10ffff}");
    expect(await client.readMessage()).toBe("\u{1f600}\u{10ffff}");
    client.socket.close();
  });
});

describe("JSON in a payload", () => {
  test("of jsonp_send carries all 65 536 code units", async () => {
    const session = await openSession(port, "/recorded");
    for (const message of ALL_CODE_UNITS) {
      const body = `d=${encodeURIComponent(escapeAll(message))}`;
      const headers = { "Content-Type": "application/x-www-form-urlencoded" };
      await request(port, `${session}/jsonp_send`, { method: "POST", headers, body });
      expect(await poll(port, session)).toBe(`${frameOf(message)}\n`);
    }
  });

  test("may hold every character as UTF-8", async () => {
    const session = await openSession(port, "/recorded");
    for (const message of ALL_CODE_UNITS.filter((text) => !HALF_A_PAIR.test(text))) {
      await sendPayload(port, session, JSON.stringify([message]));
      expect(await poll(port, session)).toBe(`${frameOf(message)}\n`);
    }
  });

  test.each([
    [String.raw`["\u0041\u00e9\u20AC"]`, 'a["A\u00e9\u20ac"]\n'],
    [String.raw`["\"\\\/\b\f\n\r\t"]`, `${frameOf('"\\/\b\f\n\r\t')}\n`],
    [' [ "a" ,\r\n\t"b" ] ', 'a["a","b"]\n'],
    ['["\u2028\u2029\ufeff"]', String.raw`a["\u2028\u2029` + '\ufeff"]\n'],
  ])("takes every form JSON allows: %s", async (payload, frame) => {
    const session = await openSession(port, "/recorded");
    expect((await sendPayload(port, session, payload)).status).toBe(204);
    expect(await poll(port, session)).toBe(frame);
  });
});
