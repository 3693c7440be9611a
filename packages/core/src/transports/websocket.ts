import type { Transport } from "./transport.ts";

/** SockJS frames, each in a WebSocket message of its own (protocol, section 6). */
export const WEBSOCKET: Transport = {
  name: "websocket",
  framed: true,
  sharesFrames: true,
  destinations: ["websocket", "empty"], // Firefox says "empty"
  mode: "websocket",
  prelude: "",
  encode: (frame) => frame,
};
