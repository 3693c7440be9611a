import type { Runtime } from "../seam/runtime.ts";
import { BodyCollector } from "../wire/body-collector.ts";

/** Chunks that are read before others get a turn: in that turn Bun 1.4 makes one chunk of those that wait. */
const CHUNKS_PER_TURN = 256;

/**
 * The most chunks that are read where the runtime hoards what is not read at once: Deno 2.9 moves all that waits forward for
 * each chunk, so that the 4,000,000 chunks of 24 MB would take hours, with no turn for anything else.
 */
const MAX_HOARDED_CHUNKS = 16_384;

/** The buffers that bytes are read into: a peer that sends little gets little. */
const MIN_BUFFER = 1024;
const MAX_BUFFER = 65_536;

/**
 * The bytes of a body, at most `limit`; `undefined` when there are more, with the rest left unread. `declared` is the
 * `Content-Length`, 0 when it is missing. `progress` is told of each chunk. Rejects when the body ends early.
 */
export async function readStream(
  stream: ReadableStream<Uint8Array> | null,
  limit: number,
  declared: number,
  { atEndOfTurn, unreadChunks }: Pick<Runtime, "atEndOfTurn" | "unreadChunks">,
  progress: { receivedCount: number } = { receivedCount: 0 },
): Promise<Uint8Array | undefined> {
  if (stream === null) return new Uint8Array();
  const body = new BodyCollector(limit, declared);
  const first = stream.getReader();
  let reader: Pick<typeof first, "read" | "cancel"> = first;
  for (let count = 1; ; count++) {
    const { done, value } = await reader.read();
    if (done) return body.bytes();
    progress.receivedCount = count;
    if (!body.add(value) || (unreadChunks === "hoarded" && count > MAX_HOARDED_CHUNKS)) {
      // Not awaited: some runtimes settle it only when the connection ends.
      reader.cancel().catch(() => {});
      return undefined;
    }
    if (count === 1 && value.buffer.byteLength > 2 * value.byteLength) {
      // Deno 2.9 takes a buffer of 64 KiB for each chunk, faster than they can be collected again.
      first.releaseLock();
      reader = intoOwnBuffer(stream) ?? stream.getReader();
    }
    if (unreadChunks === "joined" && atEndOfTurn !== undefined && count % CHUNKS_PER_TURN === 0) {
      await new Promise<void>((resolve) => atEndOfTurn(resolve));
    }
  }
}

/** Reads into a buffer that is used again and again; nothing for a stream that has chunks, no bytes to put into a buffer. */
function intoOwnBuffer(
  stream: ReadableStream<Uint8Array>,
): Pick<ReadableStreamDefaultReader<Uint8Array>, "read" | "cancel"> | undefined {
  let reader: ReadableStreamBYOBReader;
  try {
    reader = stream.getReader({ mode: "byob" });
  } catch {
    return undefined; // not a byte stream
  }
  let buffer = new Uint8Array(MIN_BUFFER);
  return {
    async read() {
      const result = await reader.read(buffer);
      if (result.done) return { done: true, value: undefined };
      const size = result.value.buffer.byteLength;
      const isFull = result.value.byteLength === size && size < MAX_BUFFER;
      buffer = isFull ? new Uint8Array(2 * size) : new Uint8Array(result.value.buffer);
      return result;
    },
    cancel: () => reader.cancel(),
  };
}
