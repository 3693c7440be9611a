import type { Transport } from "./transport.ts";

/** Messages as they are, for programs that speak WebSocket but not SockJS (protocol, section 6). */
export const WEBSOCKET_RAW: Transport = {
  name: "websocket-raw",
  framed: false,
  sharesFrames: false,
  destinations: ["websocket", "empty"], // Firefox says "empty"
  mode: "websocket",
  prelude: "",
  encode: (frame) => frame,
};
