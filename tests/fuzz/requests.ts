import * as fc from "fast-check";

/** What a client does on one connection: writes segments, and then ends it in some way. */
export interface Conversation {
  readonly segments: readonly Uint8Array[];
  readonly end: "close" | "reset" | "halfClose" | "stay";
}

const PREFIX = "/fuzz";

const session = fc.integer({ min: 0, max: 9 }).map((number) => `fuzz-${number}`);
const segment = fc.constantFrom(
  "xhr",
  "xhr_streaming",
  "eventsource",
  "htmlfile",
  "jsonp",
  "xhr_send",
  "jsonp_send",
  "websocket",
  "htmlfile?c=cb",
  "jsonp?c=cb",
  "jsonp?callback=%61",
  "htmlfile?c=%3Cscript%3E",
);
const path = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(session, segment).map(([id, last]) => `/000/${id}/${last}`) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "",
      "/",
      "//",
      "/info",
      "/iframe.html",
      "/iframe-1.2.html?t=1",
      "/websocket",
      "/a/b/c/d",
      "/000/__proto__/xhr",
      "/000/../xhr",
      "/%2e%2e/x/xhr",
      "/000/%00/xhr",
      "/000/a%/xhr",
      "?",
      "#",
      "/info#x",
      "/000/\u00e9\u20ac/xhr",
      "/000//xhr",
      "\\000\\a\\xhr",
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 60 }).map((text) => `/${text}`) },
);
const target = fc.oneof(
  { weight: 20, arbitrary: path.map((below) => `${PREFIX}${below}`) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("*", "http://other.example/fuzz/info", "/", "fuzz", "//fuzz/info"),
  },
);
const method = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom("GET", "POST", "POST", "OPTIONS", "HEAD", "PUT") },
  { weight: 1, arbitrary: fc.constantFrom("get", "CONNECT", "TRACE", "PRI", "X".repeat(300), "") },
);
const version = fc.oneof(
  { weight: 12, arbitrary: fc.constantFrom("HTTP/1.1", "HTTP/1.1", "HTTP/1.1", "HTTP/1.0") },
  { weight: 1, arbitrary: fc.constantFrom("HTTP/2.0", "HTTP/9", "", "HTTP/1.1 ", "http/1.1") },
);
const header = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom("Connection: close", "Connection: keep-alive") },
  {
    weight: 12,
    arbitrary: fc.constantFrom(
      "Upgrade: websocket",
      "Connection: Upgrade",
      "Sec-WebSocket-Version: 13",
      "Sec-WebSocket-Version: 8",
      "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
      "Upgrade: h2c",
      "Sec-WebSocket-Protocol: a, b",
      "Sec-WebSocket-Extensions: permessage-deflate",
      "Origin: null",
      "Origin: https://evil.example",
      "Origin: ",
      "Cookie: JSESSIONID=a\u00ff",
      "Cookie: JSESSIONID=\u0000",
      "Host: ",
      "Host: [::1",
      "Host: a b",
      "Expect: 100-continue",
      "Content-Length: -1",
      "Content-Length: 1e3",
      "Content-Length: 99999999999999999999",
      "Content-Length: 5",
      "Content-Length: 0",
      "Transfer-Encoding: chunked",
      "Transfer-Encoding: gzip",
      "Transfer-Encoding: chunked, chunked",
      "Trailer: X",
      "Content-Type: application/x-www-form-urlencoded",
      "Content-Type: text/plain",
      ": x",
      "x",
      "X-Forwarded-For: 1.2.3.4, ,",
      "Access-Control-Request-Headers: a\tb",
      "If-None-Match: *",
      `X: ${"y".repeat(20_000)}`,
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(fc.string(), fc.string()).map(([name, value]) => `${name}: ${value}`),
  },
);

/** Texts that look like payloads, right or wrong. */
export const payload: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.array(fc.string(), { maxLength: 4 }).map((all) => JSON.stringify(all)),
  },
  { weight: 2, arbitrary: fc.json({ maxDepth: 3 }) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '["a"',
      "[1]",
      "null",
      '"',
      "",
      "d=",
      "d=%5B%22x%22%5D",
      "d=%",
      "[]",
      '["\\ud800"]',
      "[".repeat(3000),
      `["${"x".repeat(5000)}"]`,
      `${" ".repeat(17_000)}[]`,
      '{"a":["b"]}',
    ),
  },
  { weight: 1, arbitrary: fc.string({ maxLength: 200 }) },
);

const body = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ head: "", body: "" }) },
  {
    weight: 4,
    arbitrary: payload.map((text) => ({
      head: `Content-Length: ${Buffer.byteLength(text)}\r\n`,
      body: text,
    })),
  },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.array(payload, { maxLength: 3 }),
        fc.constantFrom(
          "0\r\n\r\n",
          "0\r\nX: y\r\n\r\n",
          "",
          "-1\r\n\r\n",
          "fffffffff\r\nx",
          "\r\n",
        ),
      )
      .map(([chunks, last]) => ({
        head: "Transfer-Encoding: chunked\r\n",
        body: `${chunks.map(toChunk).join("")}${last}`,
      })),
  },
);

const request = fc
  .tuple(method, target, version, fc.array(header, { maxLength: 6 }), body)
  .map(([verb, url, protocol, headers, content]) =>
    Buffer.from(
      `${verb} ${url} ${protocol}\r\nHost: localhost\r\n${headers.map((line) => `${line}\r\n`).join("")}` +
        `${content.head}\r\n${content.body}`,
    ),
  );

/** Requests on one connection, one after another without waiting, a few of their bytes changed, cut into segments. */
export const httpConversation: fc.Arbitrary<Conversation> = toConversation(
  fc.array(request, { minLength: 1, maxLength: 4 }).map((all) => Buffer.concat(all)),
);

const receiver = fc
  .tuple(
    fc.integer({ min: 0, max: 999 }),
    fc.constantFrom(
      "POST xhr_streaming",
      "POST xhr",
      "GET eventsource",
      "GET htmlfile?c=cb",
      "GET jsonp?c=cb",
    ),
  )
  .map(([number, kind]) => {
    const [verb = "", last = ""] = kind.split(" ");
    const length = verb === "POST" ? "Content-Length: 0\r\n" : "";
    const line = `${verb} ${PREFIX}/000/pipelined-${number}/${last} HTTP/1.1\r\n`;
    return Buffer.from(`${line}Host: localhost\r\n${length}\r\n`);
  });

/** Receivers on one connection, more than one may wait there for the answers before it. */
export const pipelinedConversation: fc.Arbitrary<Conversation> = toConversation(
  fc.array(receiver, { minLength: 2, maxLength: 60 }).map((all) => Buffer.concat(all)),
);

/** Changes bytes, cuts into segments and chooses an end. */
export function toConversation(bytes: fc.Arbitrary<Buffer>): fc.Arbitrary<Conversation> {
  const change = fc.record({
    at: fc.double({ min: 0, max: 1, noNaN: true }),
    kind: fc.constantFrom("flip" as const, "cut" as const, "insert" as const, "truncate" as const),
    byte: fc.integer({ min: 0, max: 255 }),
  });
  return fc
    .tuple(
      bytes,
      fc.oneof(
        { weight: 2, arbitrary: fc.constant([]) },
        { weight: 1, arbitrary: fc.array(change, { maxLength: 3 }) },
      ),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 3 }),
      fc.constantFrom("close" as const, "reset" as const, "halfClose" as const, "stay" as const),
    )
    .map(([original, changes, cuts, end]) => {
      const changed = changes.reduce((before, { at, kind, byte }) => {
        const index = Math.floor(at * before.length);
        const rest = before.subarray(kind === "insert" ? index : index + 1);
        const middle = kind === "cut" ? [] : [byte];
        return kind === "truncate"
          ? before.subarray(0, index)
          : Buffer.concat([before.subarray(0, index), Buffer.from(middle), rest]);
      }, original);
      const borders = cuts.map((cut) => Math.floor(cut * changed.length)).toSorted((a, b) => a - b);
      const segments = [0, ...borders].map((start, index) =>
        changed.subarray(start, borders[index]),
      );
      return { segments, end };
    });
}

function toChunk(text: string): string {
  return `${Buffer.byteLength(text).toString(16)}\r\n${text}\r\n`;
}
