import { expect, test } from "vitest";
import { OutboundMessage, sharedFrame } from "../../src/wire/outbound-message.ts";
import { OutboundQueue } from "../../src/session/outbound-queue.ts";

function queueOf(...texts: readonly string[]): OutboundQueue {
  const queue = new OutboundQueue();
  for (const text of texts) queue.push(new OutboundMessage(text, false));
  return queue;
}

function take(queue: OutboundQueue, limitBytes: number): readonly string[] {
  return queue.take(limitBytes).map((message) => message.text);
}

test("`OutboundQueue` counts its messages in UTF-8, and what keeping them costs", () => {
  const queue = queueOf("a", "€", "");

  expect([queue.byteLength, queue.overhead, queue.isEmpty]).toEqual([4, 192, false]);
});

test("`OutboundQueue.take()` takes everything within the limit, in order", () => {
  const queue = queueOf("a", "b", "c");

  expect([take(queue, 3), queue.isEmpty, queue.byteLength, queue.overhead]).toEqual([
    ["a", "b", "c"],
    true,
    0,
    0,
  ]);
});

test("`OutboundQueue.take()` takes from the front as much as the limit allows", () => {
  const queue = queueOf("aa", "bb", "", "cc");

  expect([take(queue, 5), queue.byteLength, take(queue, 5), queue.byteLength]).toEqual([
    ["aa", "bb", ""],
    2,
    ["cc"],
    0,
  ]);
});

test("`OutboundQueue.take()` takes one message however large", () => {
  const queue = queueOf("large", "a");

  expect([take(queue, 1), queue.byteLength]).toEqual([["large"], 1]);
});

test("`OutboundQueue.clear()` drops everything", () => {
  const queue = queueOf("a");
  queue.clear();

  expect([queue.isEmpty, queue.byteLength, queue.overhead]).toEqual([true, 0, 0]);
});

test("`OutboundMessage` counts bytes whether or not its text is plain", () => {
  const lengths = ["plain", '"', "€", "😀"].map(
    (text) => new OutboundMessage(text, false).byteLength,
  );

  expect(lengths).toEqual([5, 1, 3, 4]);
});

test("`OutboundMessage` knows whether its text is ASCII, quotes and control characters included", () => {
  const known = ["plain", '{"a":1}\n\x7f', "é", "\ud800"].map(
    (text) => new OutboundMessage(text, false).isAscii,
  );

  expect(known).toEqual([true, true, false, false]);
});

test("`OutboundMessage.json` escapes what the protocol wants escaped", () => {
  const jsons = ["x", '"\n\x01\x7f', "\u200c\ud800é"].map(
    (text) => new OutboundMessage(text, false).json,
  );

  expect(jsons).toEqual(['"x"', '"\\"\\n\\u0001\x7f"', '"\\u200c\\ud800é"']);
});

const asLine = (frame: string): string => `${frame}\n`;
const asItIs = (frame: string): string => frame;

test("`sharedFrame()` encodes the same messages once for each way of encoding", () => {
  const [x, y] = [new OutboundMessage("x", true), new OutboundMessage("y", true)];
  const frames = [
    sharedFrame([x, y], "lines", asLine),
    sharedFrame([x, y], "lines", asLine),
    sharedFrame([x, y], "plain", asItIs),
  ];

  expect(frames.map(({ text }) => text)).toEqual(['a["x","y"]\n', 'a["x","y"]\n', 'a["x","y"]']);
  expect(frames[1]).toBe(frames[0]);
});

test("`sharedFrame()` tells apart the different messages that end with the same one", () => {
  const [x, y, z] = ["x", "y", "z"].map((text) => new OutboundMessage(text, true)) as [
    OutboundMessage,
    OutboundMessage,
    OutboundMessage,
  ];
  const frames = [[x, z], [y, z], [z], [x, y, z]].map((messages) =>
    sharedFrame(messages, "plain", asItIs),
  );

  expect(frames.map(({ text }) => text)).toEqual([
    'a["x","z"]',
    'a["y","z"]',
    'a["z"]',
    'a["x","y","z"]',
  ]);
});

test("`SharedText.bytes` is its text as UTF-8, made once", () => {
  const shared = sharedFrame([new OutboundMessage("é", true)], "plain", asItIs);

  expect(new TextDecoder().decode(shared.bytes)).toBe('a["é"]');
  expect(shared.bytes).toBe(shared.bytes);
});
