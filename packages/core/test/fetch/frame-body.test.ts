import { expect, test } from "vitest";
import { FrameBody } from "../../src/fetch/frame-body.ts";
import { settle } from "../support/promises.ts";

const LARGE = new Uint8Array(150_000).fill(120);

function createBody(): { body: FrameBody; told: string[] } {
  const told: string[] = [];
  const body = new FrameBody({
    endsAfterFirstWrite: true,
    start() {},
    drained() {},
    interrupted: () => told.push("interrupted"),
    left: () => told.push("left"),
    parted() {},
  });
  return { body, told };
}

async function readSizes(stream: ReadableStream<Uint8Array>): Promise<readonly number[]> {
  const sizes: number[] = [];
  for await (const chunk of stream) sizes.push(chunk.byteLength);
  return sizes;
}

test("a small frame is one chunk, and never leaving", async () => {
  const { body, told } = createBody();
  const stream = body.toStream();
  body.give(new Uint8Array(65_535));

  expect([body.isLeaving, await readSizes(stream), told]).toEqual([false, [65_535], []]);
});

test("a large frame goes out in parts, each when it is asked for, and tells after the last", async () => {
  const { body, told } = createBody();
  body.give(LARGE);
  const stream = body.toStream();
  await settle();
  const before = [body.isLeaving, body.bufferedAmount];
  const sizes = await readSizes(stream);

  expect([before, sizes, body.isLeaving, told]).toEqual([
    [true, 150_000],
    [65_536, 65_536, 18_928],
    false,
    ["left"],
  ]);
});

test("a large frame that comes when it has been asked for goes out at once", async () => {
  const { body } = createBody();
  const reading = readSizes(body.toStream());
  await settle();
  body.give(LARGE);

  expect(await reading).toEqual([65_536, 65_536, 18_928]);
});

test("a large frame for a runtime that has cancelled and not told yet throws nothing", () => {
  const { body, told } = createBody();
  const refuse = (): never => {
    throw new TypeError("Invalid state: Controller is already closed");
  };
  body.start({ desiredSize: 0, enqueue: refuse, close: refuse, error: refuse });
  body.pull();
  body.give(LARGE);
  body.cancel();

  expect([told, body.isLeaving]).toEqual([["interrupted"], false]);
});

test("a body that is cancelled on its way interrupts its source", async () => {
  const { body, told } = createBody();
  body.give(LARGE);
  await body.toStream().cancel();

  expect([told, body.isLeaving]).toEqual([["interrupted"], false]);
});
