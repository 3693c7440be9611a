import * as fc from "fast-check";
import { encodeHandshake } from "../harness/websocket-handshake.ts";
import { payload, toConversation, type Conversation } from "./requests.ts";

const opcode = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom(0, 1, 1, 1, 8, 9, 10) },
  { weight: 1, arbitrary: fc.integer({ min: 0, max: 15 }) },
);
const content = fc.oneof(
  { weight: 6, arbitrary: payload.map((text) => Buffer.from(text)) },
  { weight: 2, arbitrary: fc.uint8Array({ maxLength: 140 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      Buffer.from([0x03]), // a close code cut in half
      Buffer.from([0x03, 0xed]), // 1005, which no frame may carry
      Buffer.from([0x0b, 0xb8, 0xff]), // 3000 with a reason that is not UTF-8
      Buffer.from([0x03, 0xe8]), // 1000
      Buffer.from([0xff, 0xfe, 0xc0]),
      Buffer.alloc(70_000, 0x5b),
    ),
  },
);
const frame = fc
  .record({
    opcode,
    content,
    final: fc.integer({ min: 0, max: 5 }).map((number) => number > 0),
    reserved: fc.integer({ min: 0, max: 30 }).map((number) => (number < 7 ? number + 1 : 0) % 8),
    masked: fc.integer({ min: 0, max: 9 }).map((number) => number > 0),
    claim: fc.oneof(
      { weight: 12, arbitrary: fc.constant(undefined) },
      {
        weight: 1,
        arbitrary: fc.constantFrom(0n, 1n, 65_536n, 2n ** 31n, 2n ** 63n, 2n ** 64n - 1n),
      },
    ),
  })
  .map(encodeFrame);

/** An opening handshake followed by frames, right, wrong and broken. */
export const webSocketConversation: fc.Arbitrary<Conversation> = fc
  .tuple(
    fc.constantFrom("/fuzz/000/fuzz-1/websocket", "/fuzz/websocket"),
    toConversation(fc.array(frame, { maxLength: 6 }).map((all) => Buffer.concat(all))),
  )
  .map(([path, conversation]) => ({
    ...conversation,
    segments: [Buffer.from(encodeHandshake(path)), ...conversation.segments],
  }));

/** RFC 6455, section 5.2; `claim` is the length it says it has. */
function encodeFrame(parts: {
  readonly opcode: number;
  readonly content: Buffer;
  readonly final: boolean;
  readonly reserved: number;
  readonly masked: boolean;
  readonly claim: bigint | undefined;
}): Buffer {
  const length = parts.claim ?? BigInt(parts.content.length);
  const mask = parts.masked ? 0x80 : 0;
  const head = [(parts.final ? 0x80 : 0) | (parts.reserved << 4) | parts.opcode];
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(length);
  if (length < 126n) head.push(mask | Number(length));
  else if (length < 65_536n) head.push(mask | 126, ...size.subarray(6));
  else head.push(mask | 127, ...size);
  return Buffer.concat([
    Buffer.from(head),
    Buffer.alloc(parts.masked ? 4 : 0), // a mask of zeros leaves the content as it is
    parts.content,
  ]);
}
