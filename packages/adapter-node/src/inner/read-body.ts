import type { Readable } from "node:stream";
import { BodyCollector } from "@sockjs-fetch/core/adapter";

/** How a body is read, and how far. */
export interface BodyReading {
  /** Its `Content-Length`, 0 when it has none. */
  readonly declared: number;
  /** The most bytes that it may hold. */
  readonly limit: number;
  /** Bytes that its connection has received, where that carries nothing else now; else the body's own are counted. */
  readonly received: (() => number) | undefined;
  /** Has the bytes of the body that have come added to it. */
  readonly progress?: { receivedCount: number };
  /** Cuts it off. */
  readonly cut: () => void;
  /** Gives it up: it is not waited for any more. There once it is read. */
  drop?: (cause: Error) => void;
}

/**
 * Reads a body; `undefined` when it is larger than its limit. The rest of a larger one is read and dropped, so that the
 * answer can reach a browser that is still sending; one that goes on for another `limit` bytes, chunk headers included, is
 * cut off.
 */
export function readBody(message: Readable, reading: BodyReading): Promise<Uint8Array | undefined> {
  const { declared, limit, received, progress, cut } = reading;
  return new Promise((resolve, reject) => {
    reading.drop = reject;
    if (message.destroyed) reject(new Error("Request ended early")); // while something else was waited for
    const body = new BodyCollector(limit, declared);
    let length = 0;
    const count = received ?? ((): number => length);
    let last: number | undefined; // the count at which it is cut off; set when it is refused
    const refuse = (allowance: number): void => {
      last = count() + allowance;
      resolve(undefined);
    };
    if (declared > limit) refuse(2 * limit);
    message.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (progress !== undefined) progress.receivedCount = length;
      if (last === undefined) {
        if (!body.add(chunk)) refuse(limit);
      } else if (count() > last) {
        cut();
      }
    });
    message.on("end", () => resolve(body.bytes()));
    const onGone = (): void => {
      if (!message.readableEnded) reject(new Error("Request ended early")); // an error takes long to make
    };
    message.on("aborted", onGone); // by HTTP/2 a body that is cut short comes to its end then
    message.on("close", onGone);
    message.on("error", reject);
  });
}
