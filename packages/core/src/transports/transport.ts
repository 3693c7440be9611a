import type { Incoming, Reply, RequestMarks } from "../seam/exchange.ts";
import type { Encode } from "../wire/outbound-message.ts";

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

/** A named way to carry frames from a session to a sink. */
export interface Transport extends RequestMarks {
  readonly name: TransportName;
  /** Whether messages travel in SockJS frames; only the raw WebSocket has none, and then no `o`, `h` or `c[…]` either. */
  readonly framed: boolean;
  /** Puts a frame into its form on the wire. */
  readonly encode: Encode;
  /** Whether `encode` gives the same for every connection of this name, so that a frame for many is encoded once. */
  readonly sharesFrames: boolean;
  /** Written before the first frame and not counted towards the response limit; empty for none. */
  readonly prelude: string;
}

/** A transport whose frames travel in the body of a response. */
export interface ResponseTransport extends Transport {
  readonly method: "GET" | "POST";
  readonly contentType: string;
  /** Whether the response goes on until the response limit; else it ends after one frame. */
  readonly streaming: boolean;
}

/** What differs between the two sending requests. */
export interface SendingTransport extends RequestMarks {
  /** The JSON in a body that has been read as UTF-8; `undefined` where what it encodes is not UTF-8. */
  payload(incoming: Incoming, body: string): string | undefined;
  /** The answer to messages that have been taken, with these headers and its own. */
  reply(headers: Record<string, string>): Reply;
}
