import { expect, test } from "vitest";
import { BodyCollector } from "../../src/wire/body-collector.ts";

/** A chunk as Deno hands it out: a few bytes at the start of a large buffer. */
function inLargeBuffer(...bytes: readonly number[]): Uint8Array {
  const buffer = new Uint8Array(65_536);
  buffer.set(bytes);
  return buffer.subarray(0, bytes.length);
}

test("`BodyCollector` gives the chunks in their order", () => {
  const body = new BodyCollector(100);
  body.add(Uint8Array.of(1, 2));
  body.add(Uint8Array.of());
  body.add(Uint8Array.of(3));
  body.add(inLargeBuffer(4, 5));
  expect([...body.bytes()]).toEqual([1, 2, 3, 4, 5]);
});

test("`BodyCollector` gives no bytes where none came", () => {
  expect(new BodyCollector(100).bytes()).toEqual(new Uint8Array());
});

test("`BodyCollector` hands an only chunk on without a copy", () => {
  const chunk = Uint8Array.of(1, 2, 3);
  const body = new BodyCollector(100, 3);
  body.add(chunk);
  expect(body.bytes().buffer).toBe(chunk.buffer);
});

test("`BodyCollector` copies an only chunk out of a buffer that is much larger", () => {
  const body = new BodyCollector(100_000);
  body.add(inLargeBuffer(1, 2, 3));
  expect([...body.bytes()]).toEqual([1, 2, 3]);
  expect(body.bytes().buffer.byteLength).toBeLessThanOrEqual(1024);
});

test("`BodyCollector` never writes into a chunk", () => {
  const chunk = Uint8Array.of(1, 2, 3, 4);
  const first = chunk.subarray(0, 2);
  const body = new BodyCollector(100);
  body.add(first);
  body.add(Uint8Array.of(9));
  expect([...chunk]).toEqual([1, 2, 3, 4]);
});

test("`BodyCollector` takes a chunk that is written over afterwards", () => {
  const body = new BodyCollector(100);
  const reused = inLargeBuffer(1);
  for (let byte = 1; byte <= 5; byte++) {
    reused[0] = byte;
    body.add(reused);
  }
  expect([...body.bytes()]).toEqual([1, 2, 3, 4, 5]);
});

test("`BodyCollector` takes a body of its limit and refuses a byte more", () => {
  const body = new BodyCollector(3);
  expect(body.add(Uint8Array.of(1, 2))).toBe(true);
  expect(body.add(Uint8Array.of(3))).toBe(true);
  expect([...body.bytes()]).toEqual([1, 2, 3]);
  expect(body.add(Uint8Array.of(4))).toBe(false);
});

test("`BodyCollector` lets go of what it has when it refuses", () => {
  const body = new BodyCollector(10_000);
  body.add(new Uint8Array(10_000));
  body.add(Uint8Array.of(1));
  expect(body.bytes().buffer.byteLength).toBe(0);
});

test.each([1_000_000, 2 ** 20, 2 ** 20 + 1])(
  "`BodyCollector` with a limit of %i takes no more than twice that, old buffers included",
  (limit) => {
    const body = new BodyCollector(limit, limit);
    const sizes = new Set<number>();
    const byte = Uint8Array.of(1);
    for (let length = 1; length <= limit; length++) {
      body.add(byte);
      sizes.add(body.bytes().buffer.byteLength);
    }
    expect(Math.max(...sizes)).toBe(limit);
    expect([...sizes].reduce((sum, size) => sum + size)).toBeLessThanOrEqual(2 * limit);
  },
);

test("`BodyCollector` sets aside little for a length that is only declared", () => {
  const body = new BodyCollector(4_194_304, 4_194_304);
  body.add(Uint8Array.of(1));
  body.add(Uint8Array.of(2));
  expect(body.bytes().buffer.byteLength).toBe(16_384);
});
