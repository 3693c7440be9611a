import type { Encode } from "../wire/outbound-message.ts";
import type { TransportName } from "../transport-name.ts";

/** A named way to carry frames from a session to a sink. */
export interface Transport {
  readonly name: TransportName;
  /** Whether messages travel in SockJS frames; only the raw WebSocket has none, and then no `o`, `h` or `c[…]` either. */
  readonly framed: boolean;
  /** Puts a frame into its form on the wire. */
  readonly encode: Encode;
  /** Whether `encode` is the same for every connection, so that a frame for many is encoded once. */
  readonly sharesFrames: boolean;
  /** Written before the first frame and not counted towards the response limit; empty for none. */
  readonly prelude: string;
}
