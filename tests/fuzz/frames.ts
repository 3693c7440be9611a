import * as fc from "fast-check";
import { encodeFrame } from "../harness/websocket-frames.ts";
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
  .map(({ content: bytes, masked, ...parts }) =>
    // A mask of zeros leaves the content as it is.
    encodeFrame({ ...parts, payload: bytes, mask: masked ? Buffer.alloc(4) : undefined }),
  );

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
