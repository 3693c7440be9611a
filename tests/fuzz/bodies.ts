import * as fc from "fast-check";
import { payload, toConversation, type Conversation } from "./requests.ts";

/** As the fuzz service, with bodies of up to 4 MiB. */
const PREFIX = "/fuzz-bodies";

const session = fc.integer({ min: 0, max: 99 }).map((number) => `body-${number}`);
const chunkSize = fc.constantFrom(1, 1, 1, 2, 7, 100, 65_536);

function head(method: string, path: string, ...headers: readonly string[]): Buffer {
  const lines = [`${method} ${PREFIX}/000/${path} HTTP/1.1`, "Host: localhost", ...headers];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`);
}

function toChunks(text: string, size: number): string {
  const parts = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
  return parts.map((part) => `${Buffer.byteLength(part).toString(16)}\r\n${part}\r\n`).join("");
}

const CHUNKED = "Transfer-Encoding: chunked";
const EMPTY = "Content-Length: 0";

/** A session is opened and sent a body that does not end: up to 1.2 MB on the wire, which are 200,000 chunks of one byte. */
const endlessSend: fc.Arbitrary<Conversation> = fc
  .record({
    id: session,
    segment: fc.constantFrom("xhr_send", "jsonp_send"),
    size: chunkSize,
    wireBytes: fc.integer({ min: 100_000, max: 1_200_000 }),
    declared: fc.boolean(),
  })
  .map(({ id, segment, size, wireBytes, declared }) => {
    const piece = declared ? "x".repeat(60_000) : toChunks("x".repeat(60_000), size);
    const length = declared ? "Content-Length: 4000000" : CHUNKED;
    const count = Math.ceil(wireBytes / piece.length);
    return {
      segments: [
        head("POST", `${id}/xhr`, EMPTY),
        head("POST", `${id}/${segment}`, "Content-Type: text/plain", length),
        ...Array<Buffer>(count).fill(Buffer.from(piece)),
      ],
      end: "stay",
    };
  });

/** A request that needs no body brings one of up to 32 MB that does not end. */
const endlessUnwanted: fc.Arbitrary<Conversation> = fc
  .record({
    id: session,
    what: fc.constantFrom(
      ["POST", "xhr"] as const,
      ["POST", "xhr_streaming"] as const,
      ["POST", "xhr_streaming"] as const,
      ["GET", "eventsource"] as const,
      ["OPTIONS", "xhr_send"] as const,
      ["POST", "nothing"] as const,
    ),
    count: fc.integer({ min: 1, max: 500 }),
  })
  .map(({ id, what: [method, segment], count }) => ({
    segments: [
      head(method, `${id}/${segment}`, CHUNKED),
      ...Array<Buffer>(count).fill(Buffer.from(toChunks("x".repeat(65_536), 65_536))),
    ],
    end: "stay",
  }));

/** A request that is right: a receiver, or a send whose body comes whole, or in chunks of some size. */
const goodRequest: fc.Arbitrary<Buffer> = fc
  .record({
    id: fc.integer({ min: 0, max: 3 }).map((number) => `pipe-${number}`),
    segment: fc.constantFrom("xhr", "xhr_streaming", "eventsource", "xhr_send", "xhr_send"),
    content: payload,
    size: fc.constantFrom(0, 1, 1, 100),
  })
  .map(({ id, segment, content, size }) => {
    if (segment === "eventsource") return head("GET", `${id}/${segment}`);
    if (segment !== "xhr_send") return head("POST", `${id}/${segment}`, EMPTY);
    return Buffer.concat(
      size === 0
        ? [
            head("POST", `${id}/xhr_send`, `Content-Length: ${Buffer.byteLength(content)}`),
            Buffer.from(content),
          ]
        : [
            head("POST", `${id}/xhr_send`, CHUNKED),
            Buffer.from(`${toChunks(content, size)}0\r\n\r\n`),
          ],
    );
  });

/** Receivers and sends on one connection, none waiting for the answer of another. */
const pipelined: fc.Arbitrary<Conversation> = toConversation(
  fc.array(goodRequest, { minLength: 2, maxLength: 20 }).map((all) => Buffer.concat(all)),
);

/** The most segments of one byte: what is more comes in one. */
const MAX_SINGLE = 1500;

/** The same, one byte at a time. */
const byteByByte: fc.Arbitrary<Conversation> = toConversation(
  fc.array(goodRequest, { minLength: 1, maxLength: 3 }).map((all) => Buffer.concat(all)),
).map(({ segments, end }) => {
  const bytes = Buffer.concat(segments);
  const singles = Array.from({ length: Math.min(bytes.length, MAX_SINGLE) }, (_, index) =>
    bytes.subarray(index, index + 1),
  );
  return { segments: [...singles, bytes.subarray(singles.length)], end };
});

/** Requests of which the last stops somewhere, in its head or in its body, and the connection stays. */
const neverFinished: fc.Arbitrary<Conversation> = fc
  .tuple(
    fc.array(goodRequest, { maxLength: 3 }),
    goodRequest,
    fc.double({ min: 0, max: 1, noNaN: true }),
  )
  .map(([before, last, part]) => ({
    segments: [Buffer.concat([...before, last.subarray(0, Math.floor(part * last.length))])],
    end: "stay",
  }));

/** Bodies and pipelines that cost more than they are worth. */
export const costlyConversation: fc.Arbitrary<Conversation> = fc.oneof(
  { weight: 3, arbitrary: endlessSend },
  { weight: 2, arbitrary: endlessUnwanted },
  { weight: 5, arbitrary: pipelined },
  { weight: 3, arbitrary: byteByByte },
  { weight: 3, arbitrary: neverFinished },
);
