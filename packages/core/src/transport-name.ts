/** The transports by the names that sockjs-node and the client use. */
export type TransportName =
  | "websocket"
  | "websocket-raw"
  | "xhr-streaming"
  | "xhr-polling"
  | "eventsource"
  | "htmlfile"
  | "jsonp-polling";

export const TRANSPORT_NAMES: readonly TransportName[] = [
  "websocket",
  "websocket-raw",
  "xhr-streaming",
  "xhr-polling",
  "eventsource",
  "htmlfile",
  "jsonp-polling",
];
