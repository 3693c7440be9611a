import type { Transport } from "./transport.ts";

/** A transport whose frames travel in the body of a response. */
export interface ResponseTransport extends Transport {
  readonly method: "GET" | "POST";
  readonly contentType: string;
  /** Whether the response goes on until the response limit; else it ends after one frame. */
  readonly streaming: boolean;
}
