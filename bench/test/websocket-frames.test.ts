import { expect, test } from "vitest";
import { buildFrame, FrameReader, PING, TEXT } from "../../tests/harness/websocket-frames.ts";

/** A frame as a server sends it: without a mask. */
function serverFrame(opcode: number, payload: string): Buffer {
  const size = payload.length;
  const head = size < 126 ? [0x80 | opcode, size] : [0x80 | opcode, 126, size >> 8, size & 255];
  return Buffer.concat([Buffer.from(head), Buffer.from(payload)]);
}

function readInPieces(bytes: Buffer, pieceSize: number, keep: boolean): string[] {
  const seen: string[] = [];
  const reader = new FrameReader((opcode, size, payload) =>
    seen.push(`${opcode} ${size} ${payload.toString().slice(0, 3)}`),
  );
  reader.keep = keep;
  for (let at = 0; at < bytes.length; at += pieceSize)
    reader.push(bytes.subarray(at, at + pieceSize));
  return seen;
}

const BYTES = Buffer.concat([
  serverFrame(TEXT, "one"),
  serverFrame(TEXT, ""),
  serverFrame(PING, "are you there"),
  serverFrame(TEXT, "long".repeat(100)),
]);

test("`FrameReader` reads frames that come in one piece", () => {
  expect(readInPieces(BYTES, 10_000, true)).toEqual(["1 3 one", "1 0 ", "9 13 are", "1 400 lon"]);
});

test("`FrameReader` reads frames that come byte by byte", () => {
  expect(readInPieces(BYTES, 1, true)).toEqual(["1 3 one", "1 0 ", "9 13 are", "1 400 lon"]);
});

test("`FrameReader` drops texts but not pings when `keep` is off", () => {
  expect(readInPieces(BYTES, 7, false)).toEqual(["1 3 ", "1 0 ", "9 13 are", "1 400 "]);
});

test("`buildFrame()` masks the payload", () => {
  const frame = buildFrame(TEXT, "abcde");
  const mask = frame.subarray(2, 6);
  const payload = frame.subarray(6).map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  expect([frame[0], frame[1], payload.toString(), mask.includes(0)]).toEqual([
    0x81,
    0x85,
    "abcde",
    false,
  ]);
});
