const ENCODER = new TextEncoder();
/** Characters that are encoded at once: enough to cost little each. */
const CHUNK_LENGTH = 16_384;
const MAX_BYTES_PER_UNIT = 3; // of UTF-8, for a UTF-16 code unit
/** Written and never read. */
const SCRATCH = new Uint8Array(CHUNK_LENGTH * MAX_BYTES_PER_UNIT);

/** A string as UTF-8. */
export function encodeUtf8(text: string): Uint8Array<ArrayBuffer> {
  return ENCODER.encode(text);
}

/**
 * The bytes a string takes as UTF-8. A lone surrogate counts three, as the replacement character does. It encodes into a
 * buffer that is thrown away, since runtimes do that ten times faster than any scan in JavaScript.
 */
export function utf8Length(text: string): number {
  if (text.length <= CHUNK_LENGTH) return encodedLength(text);
  let bytes = 0;
  for (let start = 0; start < text.length;) {
    const end = start + CHUNK_LENGTH;
    const splitsPair = isHighSurrogate(text.charCodeAt(end - 1));
    const chunk = text.slice(start, splitsPair ? end - 1 : end);
    bytes += encodedLength(chunk);
    start += chunk.length;
  }
  return bytes;
}

function encodedLength(text: string): number {
  return ENCODER.encodeInto(text, SCRATCH).written;
}

/** Of no character beyond the end, where `charCodeAt` gives NaN. */
function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}
