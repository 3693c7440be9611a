import type { ResponseTransport } from "./transport.ts";

/** One frame a response, fetched again and again (protocol, section 6). */
export const XHR_POLLING: ResponseTransport = {
  name: "xhr-polling",
  method: "POST",
  contentType: "application/javascript; charset=UTF-8",
  streaming: false,
  framed: true,
  sharesFrames: true,
  destinations: ["empty"],
  mode: "cors",
  prelude: "",
  encode: (frame) => `${frame}\n`,
};
