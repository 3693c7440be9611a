/** Addresses that begin with the same bits, such as `10.0.0.0/8`; a single address is one with all its bits. */
export interface Network {
  /** Four bytes of an IPv4 address, sixteen of an IPv6 one. */
  readonly bytes: readonly number[];
  readonly bits: number;
}

/** Reads an address or a CIDR range (RFC 4632, RFC 4291); `undefined` for anything else. */
export function parseNetwork(text: string): Network | undefined {
  const [address = "", bits, ...more] = text.split("/");
  const bytes = parseAddress(address);
  if (bytes === undefined || more.length > 0) return undefined;
  if (bits === undefined) return { bytes, bits: bytes.length * 8 };
  if (!/^\d{1,3}$/.test(bits)) return undefined;
  // The range of an IPv4 address that is mapped into IPv6 counts the 96 bits before it, too.
  const mapped = address.includes(":") && bytes.length === 4 ? MAPPED_BITS : 0;
  const length = Number(bits) - mapped;
  return length >= 0 && length <= bytes.length * 8 ? { bytes, bits: length } : undefined;
}

/** Whether a network holds an address, given as {@link parseAddress} gives it. */
export function contains({ bytes, bits }: Network, address: readonly number[]): boolean {
  if (bytes.length !== address.length) return false;
  return bytes.every((byte, index) => {
    const left = Math.min(8, Math.max(0, bits - index * 8));
    return byte >> (8 - left) === (address[index] ?? 0) >> (8 - left);
  });
}

const MAPPED_BITS = 96; // RFC 4291, section 2.5.5.2

/** The bytes of an address; those of the IPv4 address where one is mapped into IPv6. `undefined` when it is none. */
export function parseAddress(text: string): readonly number[] | undefined {
  if (!text.includes(":")) return parseIPv4(text);
  const bytes = parseIPv6(text);
  const isMapped = bytes?.slice(0, 12).every((byte, index) => byte === (index < 10 ? 0 : 255));
  return isMapped === true ? bytes?.slice(12) : bytes;
}

function parseIPv4(text: string): readonly number[] | undefined {
  const parts = text.split(".");
  if (parts.length !== 4 || !parts.every((part) => /^(?:0|[1-9]\d{0,2})$/.test(part)))
    return undefined;
  const bytes = parts.map(Number);
  return bytes.every((byte) => byte <= 255) ? bytes : undefined;
}

function parseIPv6(text: string): readonly number[] | undefined {
  const [before = "", after, ...more] = text.split("::");
  const head = parseGroups(before);
  const tail = parseGroups(after ?? "");
  if (head === undefined || tail === undefined || more.length > 0) return undefined;
  const missing = 16 - head.length - tail.length;
  if (after === undefined ? missing !== 0 : missing < 2) return undefined;
  return [...head, ...Array.from({ length: missing }, () => 0), ...tail];
}

/** The bytes of groups of four hexadecimal digits, the last of which may be an IPv4 address. */
function parseGroups(text: string): readonly number[] | undefined {
  if (text === "") return [];
  const groups = text.split(":");
  const bytes: number[] = [];
  for (const [index, group] of groups.entries()) {
    const ipv4 = index === groups.length - 1 ? parseIPv4(group) : undefined;
    if (ipv4 !== undefined) {
      bytes.push(...ipv4);
    } else if (/^[\da-f]{1,4}$/i.test(group)) {
      const value = Number.parseInt(group, 16);
      bytes.push(value >> 8, value & 255);
    } else {
      return undefined;
    }
  }
  return bytes;
}
