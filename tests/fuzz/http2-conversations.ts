import * as fc from "fast-check";
import { payload } from "./requests.ts";

/** What a browser does with one stream. */
export interface Exchange {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Whether its body comes to an end. */
  readonly endsBody: boolean;
  /** Whether it reads what comes. */
  readonly reads: boolean;
  /** What it does with the stream, after so many milliseconds. */
  readonly leave: "stay" | "no error" | "cancel" | "internal error" | "in the middle";
  readonly afterMs: number;
}

/** What a browser does on one connection by HTTP/2. */
export interface Http2Conversation {
  /** Bytes of a stream that it takes unread. */
  readonly windowSize: number;
  readonly exchanges: readonly Exchange[];
  /** Bytes that come changed, by their place in all it sends. */
  readonly changes: readonly { readonly at: number; readonly byte: number }[];
  readonly end: "close" | "destroy" | "cut";
}

/** Before version 26 Node itself holds on to connections whose peer has broken the protocol; ours ends those with receivers. */
const BREAKS_PROTOCOL = Number.parseInt(process.versions.node, 10) >= 26;

const session = fc.integer({ min: 0, max: 9 }).map((number) => `/fuzz/000/http2-${number}`);

const line = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .tuple(
        session,
        fc.constantFrom(
          "POST xhr_streaming",
          "POST xhr",
          "GET eventsource",
          "GET htmlfile?c=cb",
          "GET jsonp?c=cb",
          "GET websocket",
        ),
      )
      .map(([path, kind]) => kind.replace(" ", ` ${path}/`)),
  },
  {
    weight: 6,
    arbitrary: fc
      .tuple(session, fc.constantFrom("xhr_send", "jsonp_send"))
      .map(([path, segment]) => `POST ${path}/${segment}`),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      "GET /fuzz",
      "HEAD /fuzz/info",
      "GET /fuzz/info",
      "OPTIONS /fuzz/000/x/xhr",
      "GET /fuzz/iframe.html",
      "PUT /fuzz/000/x/xhr",
      "OPTIONS *",
      "GET /other",
      "CONNECT /fuzz/000/x/websocket",
    ),
  },
);

const more = fc.constantFrom<Readonly<Record<string, string>>[]>(
  {},
  {},
  { origin: "https://evil.example" },
  { expect: "100-continue" },
  { "content-type": "text/plain" },
  { host: "other.example" },
  ...(BREAKS_PROTOCOL ? [{ "content-length": "3" }, { ":authority": "a b" }] : []),
);

const exchange: fc.Arbitrary<Exchange> = fc.record({
  headers: fc.tuple(line, more).map(([text, added]) => {
    const [method = "", path = ""] = text.split(" ");
    return { ":method": method, ":path": path, ...added };
  }),
  body: fc.oneof(fc.constant(""), payload),
  endsBody: fc.constantFrom(true, true, true, false),
  reads: fc.constantFrom(true, true, false),
  leave: fc.constantFrom("stay", "no error", "cancel", "internal error", "in the middle"),
  afterMs: fc.integer({ min: 0, max: 30 }),
});

/** Streams of one connection, all at once, of which some are reset, some are not read, and some come changed. */
export const http2Conversation: fc.Arbitrary<Http2Conversation> = fc.record({
  windowSize: fc.constantFrom(0, 100, 65_535),
  exchanges: fc.array(exchange, { minLength: 1, maxLength: 20 }),
  changes: fc.oneof(
    { weight: 3, arbitrary: fc.constant([]) },
    {
      weight: 1,
      arbitrary: fc.array(
        fc.record({
          at: fc.integer({ min: 0, max: 2000 }),
          byte: fc.integer({ min: 0, max: 255 }),
        }),
        { maxLength: BREAKS_PROTOCOL ? 3 : 0 },
      ),
    },
  ),
  end: fc.constantFrom("close", "destroy", "cut"),
});
