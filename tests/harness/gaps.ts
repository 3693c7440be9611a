/** Tests that cannot pass on a runtime, because of the runtime. They must fail: once one passes, the run fails until it is taken out here. */
export interface Gap {
  /** Name of the runtime's row. */
  readonly runtime: string;
  /** What the runtime does instead. */
  readonly reason: string;
  /** The upstream issue that would close the gap, or the source that makes it. */
  readonly link: string;
  /** The tests' file, below tests/conformance/ or tests/limits/. */
  readonly file: string;
  /** The tests' full titles, the titles of their groups before them, joined by " > ". */
  readonly tests: readonly string[];
}

/** What looks for a dead peer within the options' delays. */
const DEAD_PEERS: Pick<Gap, "file" | "tests"> = {
  file: "dead-peers.test.ts",
  tests: ["/watched/websocket", "/watched/000/dead/websocket"].flatMap((path) => [
    `a peer of ${path} > whose process is stopped is found within \`heartbeatDelay\` and \`pongTimeout\``,
    `a peer of ${path} > that answers no ping is found within \`heartbeatDelay\` and \`pongTimeout\``,
  ]),
};

const NO_PONG: Pick<Gap, "file" | "tests"> = {
  file: "timers.test.ts",
  tests: ["/ping/websocket", "/ping/000/no-pong/websocket"].map(
    (path) => `ping > without a pong ends the WebSocket: ${path}`,
  ),
};

const BUN_SEES_MESSAGES = {
  runtime: "bun",
  reason:
    "Bun tells of whole messages only: a peer that uploads a large one looks silent, so all are given 60 s at least",
  link: "https://github.com/oven-sh/bun/blob/fe8cd283e29575d52b5c522cf1b7c51880d36ef8/packages/bun-uws/src/WebSocketContext.h",
} as const;

const DENO_SEES_MESSAGES = {
  runtime: "deno",
  reason:
    "Deno pings by itself, drops who has not answered when its `idleTimeout` ends, and sees whole messages only: it is given 120 s at least",
  link: "https://github.com/denoland/deno/blob/v2.9.5/ext/websocket/01_websocket.js",
} as const;

/** Every known gap. */
export const GAPS: readonly Gap[] = [
  { ...BUN_SEES_MESSAGES, ...DEAD_PEERS },
  { ...BUN_SEES_MESSAGES, ...NO_PONG },
  { ...DENO_SEES_MESSAGES, ...DEAD_PEERS },
  {
    ...DENO_SEES_MESSAGES,
    file: NO_PONG.file,
    tests: [
      ...NO_PONG.tests,
      "ping > comes on a silent websocket, and a pong keeps it",
      "ping > comes on a silent raw websocket, and a pong keeps it",
    ],
  },
  {
    runtime: "bun",
    reason: "Bun ends the connection without an answer when it does not know the method",
    link: "https://github.com/oven-sh/bun/issues/6556",
    file: "wrong-methods.test.ts",
    tests: ["an unknown method is answered 405 or refused as a bad request, and the server lives"],
  },
  {
    runtime: "deno",
    reason:
      "Deno reads a streamed body in pieces of at most 64 KiB, each a chunk: a larger frame is split. No client notices",
    link: "https://github.com/denoland/deno/blob/v2.9.5/ext/http/response_body.rs#L226",
    file: "streaming.test.ts",
    tests: [
      "'xhr-streaming' > a message of 100 000 characters is one chunk",
      "'eventsource' > a message of 100 000 characters is one chunk",
      "'htmlfile' > a message of 100 000 characters is one chunk",
    ],
  },
  {
    runtime: "deno",
    reason:
      "Deno's WebSocket cannot be cut: a connection that breaks the protocol gets an empty close frame, 1005 for 1006",
    link: "https://github.com/denoland/deno/issues/36337",
    file: "websocket.test.ts",
    tests: [
      ...[
        "an array that does not end",
        "no JSON",
        "a number",
        "null",
        "an object",
        "a number among strings",
        "null among strings",
        "an array in the array",
      ].map(
        (payload) =>
          `websocket > ${payload} closes the connection without a close frame: nothing is delivered`,
      ),
      "websocket > a binary message closes the connection without a close frame",
    ],
  },
  {
    runtime: "deno",
    reason:
      "Deno answers 400 by itself to a request that has upgrade headers and a body, or a Content-Length of 0",
    link: "https://github.com/denoland/deno/blob/v2.9.5/libs/http_h1/parse.rs#L380",
    file: "websocket-upgrade.test.ts",
    tests: [
      "upgrade of /echo/websocket > answers 405 to POST with the headers of a handshake and a body",
      "upgrade of /echo/000/upgrade/websocket > answers 405 to POST with the headers of a handshake and a body",
      "upgrade > to HTTP/2 offered with a request, as some HTTP libraries do, is ignored",
    ],
  },
  {
    runtime: "deno",
    reason:
      "Deno keeps a connection whose response says `Connection: close`: a browser that stopped in a body gets 408 and stays",
    link: "https://github.com/denoland/deno/issues/9411",
    file: "slow-uploads.test.ts",
    tests: [
      "a browser that uploads by xhr_send > and stops has its connection closed",
      "a browser that uploads by jsonp_send > and stops has its connection closed",
    ],
  },
];
