import type { ServerResponse } from "node:http";
import type { Writable } from "node:stream";
import { writeHeadList } from "./write-head.ts";

/**
 * Writes a `Response` to a response of `node:http`: its head at once, each chunk as it comes. Never rejects: what cannot be
 * written is answered by 500 where the head has not gone out, else cut off, and told to `onError`.
 */
export async function writeResponseSafely(
  target: ServerResponse,
  response: Response,
  onError: (error: unknown) => void,
): Promise<void> {
  try {
    await writeResponse(target, response);
  } catch (error) {
    if (error !== undefined) onError(error); // our own cut of a receiver that does not read has no reason
    if (target.headersSent) {
      target.destroy(); // the browser must not take half a body for whole
    } else {
      target.writeHead(500, { "Content-Type": "text/plain; charset=UTF-8" });
      target.end("Internal server error\n");
    }
  }
}

/** Throws whatever is wrong: no response at all, one that was used before, a body that fails halfway. */
async function writeResponse(target: ServerResponse, response: Response): Promise<void> {
  const reader = response.body?.getReader();
  if (target.destroyed) {
    reader?.cancel().catch(() => {}); // its source may throw at that; the browser has gone all the same
    return;
  }
  writeHeadList(target, response.status, headersOf(response).flat());
  if (reader === undefined) {
    target.end();
    return;
  }
  target.flushHeaders();
  await writeBody(target, reader);
}

/** Names and values of a response's headers; a cookie each where there are several. */
export function headersOf({ headers }: Response): [name: string, value: string][] {
  const list = [...headers].filter(([name]) => name !== "set-cookie");
  for (const cookie of headers.getSetCookie()) list.push(["set-cookie", cookie]);
  return list;
}

/** Writes a body to its end, each chunk as it comes and no faster than it is taken. Rejects when the body fails. */
export async function writeBody(
  target: Writable,
  reader: ReadableStreamDefaultReader<Uint8Array>,
): Promise<void> {
  let wake: (() => void) | undefined;
  const onDrain = (): void => wake?.();
  const onClose = (): void => {
    reader.cancel().catch(() => {}); // its source may throw at that
    wake?.();
  };
  target.on("drain", onDrain);
  target.on("close", onClose);
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (target.write(value) || target.destroyed) continue;
    await new Promise<void>((resolve) => {
      wake = resolve;
    });
  }
  target.off("close", onClose);
  target.end();
}
