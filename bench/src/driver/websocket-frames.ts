import { randomBytes } from "node:crypto";

export const TEXT = 1;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

const NOTHING = Buffer.alloc(0);

/** Builds a masked frame, as a browser sends it. The mask is not zero: servers take a short cut on zero. */
export function buildFrame(opcode: number, payload: string | Buffer): Buffer {
  const data = Buffer.from(payload);
  const mask = randomBytes(4).map((byte) => byte | 1);
  const masked = data.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([frameHead(opcode, data.length), mask, masked]);
}

function frameHead(opcode: number, size: number): Buffer {
  const head = [0x80 | opcode];
  if (size < 126) head.push(0x80 | size);
  else if (size < 65536) head.push(0x80 | 126, size >> 8, size & 255);
  else
    head.push(
      0x80 | 127,
      0,
      0,
      0,
      0,
      (size >>> 24) & 255,
      (size >> 16) & 255,
      (size >> 8) & 255,
      size & 255,
    );
  return Buffer.from(head);
}

/** Reads frames off one connection; it keeps payloads only while `keep` is set, and else counts their bytes. */
export class FrameReader {
  keep = true;
  readonly #onFrame: (opcode: number, size: number, payload: Buffer) => void;
  #unread: Buffer | undefined;
  #parts: Buffer[] = [];
  #opcode = 0;
  #size = 0;
  #left = -1; // bytes of the payload still to come; -1 while the head is read

  constructor(onFrame: (opcode: number, size: number, payload: Buffer) => void) {
    this.#onFrame = onFrame;
  }

  push(bytes: Buffer): void {
    const data = this.#unread === undefined ? bytes : Buffer.concat([this.#unread, bytes]);
    this.#unread = undefined;
    let at = 0;
    for (;;) {
      if (this.#left < 0) {
        const headSize = this.#readHead(data, at);
        if (headSize === 0) {
          if (at < data.length) this.#unread = Buffer.from(data.subarray(at));
          return;
        }
        at += headSize;
      }
      const taken = Math.min(this.#left, data.length - at);
      if (taken > 0 && (this.keep || this.#opcode !== TEXT))
        this.#parts.push(Buffer.from(data.subarray(at, at + taken)));
      this.#left -= taken;
      if (this.#left > 0) return;
      at += taken;
      this.#left = -1;
      this.#finish();
    }
  }

  /** Returns the size of the head, or 0 when it is not there as a whole. */
  #readHead(data: Buffer, at: number): number {
    const available = data.length - at;
    if (available < 2) return 0;
    const first = data[at] ?? 0;
    const second = data[at + 1] ?? 0;
    if ((first & 0xf0) !== 0x80)
      throw new Error("Cannot read frame: it is fragmented or compressed");
    const headSize = second === 126 ? 4 : second === 127 ? 10 : 2;
    if (available < headSize) return 0;
    this.#opcode = first & 15;
    this.#size =
      second === 126
        ? data.readUInt16BE(at + 2)
        : second === 127
          ? data.readUIntBE(at + 4, 6)
          : second;
    this.#left = this.#size;
    return headSize;
  }

  #finish(): void {
    if (this.#parts.length === 0) return this.#onFrame(this.#opcode, this.#size, NOTHING);
    const payload = Buffer.concat(this.#parts);
    this.#parts = [];
    this.#onFrame(this.#opcode, this.#size, payload);
  }
}
