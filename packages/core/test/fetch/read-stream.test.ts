import { expect, test, vi } from "vitest";
import { readStream } from "../../src/fetch/read-stream.ts";

const TEXT = "x".repeat(5000);
const decode = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && new TextDecoder().decode(bytes);

/** A body of chunks of one byte, each in a buffer of 64 KiB unless the reader brings its own, as on Deno; tells the buffers. */
function byteStream(
  text: string,
  onBuffer: (size: number) => void = () => {},
): ReadableStream<Uint8Array> {
  let index = 0;
  return new ReadableStream({
    type: "bytes",
    autoAllocateChunkSize: 65_536,
    pull(controller) {
      const request = controller.byobRequest;
      if (request?.view == null) return;
      onBuffer(request.view.byteLength);
      if (index === text.length) {
        controller.close();
        request.respond(0);
        return;
      }
      new Uint8Array(request.view.buffer)[0] = text.charCodeAt(index++);
      request.respond(1);
    },
  });
}

/** The same as objects of their own. */
function chunkStream(text: string, onCancel: () => void = () => {}): ReadableStream<Uint8Array> {
  let index = 0;
  return new ReadableStream({
    pull(controller) {
      if (index === text.length) controller.close();
      else controller.enqueue(Uint8Array.of(text.charCodeAt(index++)));
    },
    cancel: onCancel,
  });
}

test("`readStream()` joins chunks of one byte", async () => {
  expect(decode(await readStream(chunkStream(TEXT), 5000, 0, {}))).toBe(TEXT);
});

test("`readStream()` brings its own small buffer where the runtime takes a large one", async () => {
  const sizes: number[] = [];
  const stream = byteStream(TEXT, (size) => sizes.push(size));
  expect(decode(await readStream(stream, 5000, 0, {}))).toBe(TEXT);
  expect(sizes[0]).toBe(65_536);
  expect(Math.max(...sizes.slice(1))).toBe(1024);
});

test("`readStream()` reads on where a small chunk in a large buffer is no byte stream's", async () => {
  const stream = new ReadableStream<Uint8Array>({
    start(controller) {
      controller.enqueue(new Uint8Array(65_536).fill(97, 0, 1).subarray(0, 1));
      controller.enqueue(new Uint8Array(65_536).fill(98, 0, 1).subarray(0, 1));
      controller.close();
    },
  });
  expect(decode(await readStream(stream, 10, 0, {}))).toBe("ab");
});

test.each([
  { what: "chunks", stream: chunkStream },
  { what: "bytes", stream: byteStream },
])("`readStream()` gives nothing for $what above the limit", async ({ stream }) => {
  expect(await readStream(stream(TEXT), 4999, 0, {})).toBeUndefined();
});

test("`readStream()` cancels what is too large", async () => {
  const onCancel = vi.fn();
  await readStream(chunkStream(TEXT, onCancel), 100, 0, {});
  expect(onCancel).toHaveBeenCalledOnce();
});

test("`readStream()` waits for a turn now and then where the runtime joins what waits", async () => {
  let turns = 0;
  const atEndOfTurn = (callback: () => void): void => {
    turns++;
    callback();
  };
  await readStream(chunkStream(TEXT), 5000, 0, { atEndOfTurn, unreadChunks: "joined" });
  expect(turns).toBe(Math.floor(5000 / 256));
});

test("`readStream()` refuses more than 16 384 chunks where the runtime hoards them", async () => {
  const hoarding = { unreadChunks: "hoarded" } as const;
  expect(await readStream(chunkStream("x".repeat(16_384)), 20_000, 0, hoarding)).toHaveLength(
    16_384,
  );
  expect(await readStream(chunkStream("x".repeat(16_385)), 20_000, 0, hoarding)).toBeUndefined();
});
