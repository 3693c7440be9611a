import type { ResponseTransport } from "./transport.ts";

const PRELUDE_BYTES = 2048; // protocol, section 6: browsers show a response's text only after the first 2 KiB

/** Frame after frame in one long response (protocol, section 6). */
export const XHR_STREAMING: ResponseTransport = {
  name: "xhr-streaming",
  method: "POST",
  contentType: "application/javascript; charset=UTF-8",
  streaming: true,
  framed: true,
  sharesFrames: true,
  destinations: ["empty"],
  mode: "cors",
  prelude: `${"h".repeat(PRELUDE_BYTES)}\n`,
  encode: (frame) => `${frame}\n`,
};
