import type { ResponseTransport } from "./transport.ts";

/** Frames as server-sent events (protocol, section 6). The client runs `decodeURI` on the data, so `%` goes out escaped. */
export const EVENTSOURCE: ResponseTransport = {
  name: "eventsource",
  method: "GET",
  contentType: "text/event-stream", // without charset: the public suite compares the whole value
  streaming: true,
  framed: true,
  sharesFrames: true,
  destinations: ["empty"],
  mode: "cors",
  accept: /text\/event-stream/,
  prelude: "\r\n",
  encode: (frame) => `data: ${frame.includes("%") ? frame.replaceAll("%", "%25") : frame}\r\n\r\n`,
};
