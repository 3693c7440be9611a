import { expect, test } from "vitest";
import { OutboundMessage } from "../src/outbound-message.ts";
import { OutboundQueue } from "../src/outbound-queue.ts";

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

test("`OutboundMessage.sharedText()` encodes a message once for each way of encoding", () => {
  const message = new OutboundMessage("x", true);
  const asLine = (frame: string): string => `${frame}\n`;
  const asItIs = (frame: string): string => frame;
  const [first, second, other] = [
    message.sharedText(asLine),
    message.sharedText(asLine),
    message.sharedText(asItIs),
  ];

  expect([first.text, second === first, other.text]).toEqual(['a["x"]\n', true, 'a["x"]']);
});

test("`SharedText.bytes` is its text as UTF-8, made once", () => {
  const shared = new OutboundMessage("é", true).sharedText((frame) => frame);

  expect(new TextDecoder().decode(shared.bytes)).toBe('a["é"]');
  expect(shared.bytes).toBe(shared.bytes);
});
