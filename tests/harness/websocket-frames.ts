export const TEXT = 1;
export const CLOSE = 8;
export const PING = 9;
export const PONG = 10;

const NOTHING = Buffer.alloc(0);

/** The mask of RFC 6455's own example, section 5.7. It is not zero: servers take a short cut on zero. */
const MASK = Buffer.from([0x37, 0xfa, 0x21, 0x3d]);

/** A frame's parts (RFC 6455, section 5.2), right or wrong. */
export interface FrameParts {
  readonly opcode: number;
  readonly payload: string | Uint8Array;
  /** Four bytes; without, the frame is one that only a server may send. */
  readonly mask?: Uint8Array | undefined;
  readonly final?: boolean;
  /** The three reserved bits as a number. */
  readonly reserved?: number;
  /** The length it says it has; without, it is the payload's. */
  readonly claim?: bigint | undefined;
}

/** A frame of a browser, as one write. */
export function buildFrame(opcode: number, payload: string | Uint8Array): Buffer {
  return encodeFrame({ opcode, payload, mask: MASK });
}

/** The bytes of a frame. */
export function encodeFrame(parts: FrameParts): Buffer {
  const { opcode, mask, final = true, reserved = 0 } = parts;
  const payload = Buffer.from(parts.payload);
  const length = parts.claim ?? BigInt(payload.length);
  const masked = mask === undefined ? 0 : 0x80;
  const head = [(final ? 0x80 : 0) | (reserved << 4) | opcode];
  const size = Buffer.alloc(8);
  size.writeBigUInt64BE(length);
  if (length < 126n) head.push(masked | Number(length));
  else if (length < 65_536n) head.push(masked | 126, ...size.subarray(6));
  else head.push(masked | 127, ...size);
  if (mask === undefined) return Buffer.concat([Buffer.from(head), payload]);
  const hidden = payload.map((byte, index) => byte ^ (mask[index % 4] ?? 0));
  return Buffer.concat([Buffer.from(head), mask, hidden]);
}

/** The head of a browser's text frame of so many bytes, whose mask is zeros: they follow as they are. */
export function headOfFrame(length: number): Buffer {
  return encodeFrame({ opcode: TEXT, payload: "", mask: Buffer.alloc(4), claim: BigInt(length) });
}

/** Reads a server's frames off one connection as their bytes come; it keeps payloads only while `keep` is set, and else counts their bytes. */
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
