import type { Readable } from "node:stream";

/**
 * Reads a body of at most `limit` bytes. The rest of a larger one is read and dropped, so that the answer can reach a client
 * that is still sending; one that goes on for another `limit` bytes is cut off. `declared` is its `Content-Length`,
 * `cut` what cuts it off.
 */
export function readBody(
  message: Readable,
  declared: string | undefined,
  limit: number,
  cut: () => void,
): Promise<Uint8Array | undefined> {
  return new Promise((resolve, reject) => {
    if (message.destroyed) reject(new Error("Request ended early")); // while something else was waited for
    const chunks: Buffer[] = [];
    let length = 0;
    if (Number(declared) > limit) resolve(undefined);
    message.on("data", (chunk: Buffer) => {
      length += chunk.length;
      if (length <= limit) {
        chunks.push(chunk);
        return;
      }
      chunks.length = 0;
      resolve(undefined);
      if (length > 2 * limit) cut();
    });
    message.on("end", () => {
      const [only] = chunks;
      resolve(chunks.length === 1 ? only : Buffer.concat(chunks));
    });
    const onGone = (): void => {
      if (!message.readableEnded) reject(new Error("Request ended early")); // an error takes long to make
    };
    message.on("aborted", onGone); // by HTTP/2 a body that is cut short comes to its end then
    message.on("close", onGone);
    message.on("error", reject);
  });
}
