import type { IncomingMessage, ServerResponse } from "node:http";
import { BodyCollector } from "@sockjs-fetch/core/adapter";
import { buildRequest, partsOf } from "../http/node-request.ts";
import type { NodeEnv } from "./node-env.ts";

/** A request of `node:http` as a `Request` with its body, for an application that takes one. */
export function toRequest(env: NodeEnv, target: string, signal: AbortSignal): Request {
  const { incoming, outgoing } = env;
  const parts = partsOf(incoming, target);
  const hasBody = parts.method !== "GET" && parts.method !== "HEAD";
  return buildRequest(parts, {
    signal,
    ...(hasBody && { body: toStream(incoming, outgoing), duplex: "half" as const }),
  });
}

/**
 * A message's body, the chunks that come in one turn of the event loop gathered into one: Node makes an object of each, four
 * hundred bytes for one byte, and those that wait for a reader would outlive many turns. In one turn Node reads at most 2 MiB
 * of a socket.
 */
function toStream(
  message: IncomingMessage,
  response: ServerResponse | undefined,
): ReadableStream<Uint8Array> {
  let done = false; // ended, failed or cancelled: the controller takes nothing more
  let gathered: BodyCollector | undefined;
  let isDue = false;
  return new ReadableStream({
    start(controller) {
      const fail = (reason: string): void => {
        if (!done) controller.error(new Error(reason));
        done = true;
      };
      const handOver = (): void => {
        if (done || gathered === undefined) return;
        controller.enqueue(gathered.bytes());
        gathered = undefined;
      };
      const onTurn = (): void => {
        isDue = false;
        handOver();
        if (!done && (controller.desiredSize ?? 0) <= 0) message.pause();
      };
      message.pause();
      message.on("data", (chunk: Buffer) => {
        if (done) return;
        gathered ??= new BodyCollector(Infinity);
        gathered.add(chunk);
        if (!isDue) setImmediate(onTurn);
        isDue = true;
      });
      message.on("end", () => {
        handOver();
        if (!done) controller.close();
        done = true;
      });
      message.on("close", () => fail("Request ended early"));
      message.on("error", () => {}); // `close` follows
      response?.on("finish", () => {
        fail("Request answered before its body was read");
        message.resume(); // drops the rest, which would hold up the next request of the connection
      });
    },
    pull() {
      message.resume();
    },
    cancel() {
      done = true;
      message.resume(); // drops the rest, so that the connection can be used again
    },
  });
}
