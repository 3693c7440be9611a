import { contains, parseAddress, parseNetwork } from "../options/networks.ts";
import type { Incoming } from "../seam/exchange.ts";

/** See the option of this name. */
export type TrustProxy = false | number | readonly string[];

/**
 * The browser's address: the runtime's, or what trusted proxies say of it in `X-Forwarded-For`, read from the right, where
 * each proxy adds the address it saw. Ports are cut off, an IPv4 address mapped into IPv6 is given as IPv4, and what is no
 * address (`unknown`, for one) is `undefined`.
 */
export function remoteAddress(incoming: Incoming, trustProxy: TrustProxy): string | undefined {
  const direct = toPlainAddress(incoming.remoteAddress);
  if (trustProxy === false) return direct;
  const forwarded = valuesOf(incoming.header("x-forwarded-for"));
  let address = direct;
  for (let hop = 0; forwarded.length > 0 && isTrusted(address, hop, trustProxy); hop++) {
    address = toPlainAddress(forwarded.pop());
  }
  return address;
}

/** The scheme that a trusted proxy was asked by, as it says in `X-Forwarded-Proto`, where the nearest one wrote the last value. */
export function forwardedScheme(
  incoming: Incoming,
  trustProxy: TrustProxy,
): "http" | "https" | undefined {
  if (trustProxy === false) return undefined;
  if (!isTrusted(toPlainAddress(incoming.remoteAddress), 0, trustProxy)) return undefined;
  const values = valuesOf(incoming.header("x-forwarded-proto"));
  const hops = typeof trustProxy === "number" ? trustProxy : 1;
  const scheme = values.at(-Math.min(hops, values.length))?.toLowerCase();
  return scheme === "http" || scheme === "https" ? scheme : undefined;
}

function isTrusted(
  address: string | undefined,
  hop: number,
  trustProxy: number | readonly string[],
): boolean {
  if (typeof trustProxy === "number") return hop < trustProxy;
  const bytes = address === undefined ? undefined : parseAddress(address);
  if (bytes === undefined) return false;
  return trustProxy.some((trusted) => {
    const network = parseNetwork(trusted);
    return network !== undefined && contains(network, bytes);
  });
}

/** The values of a header that is a list. */
function valuesOf(header: string | undefined): string[] {
  return (header ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
}

/** An address without brackets, port and zone; `undefined` when it is none. */
function toPlainAddress(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const [, inBrackets] = /^\[([^\]]*)\](?::\d+)?$/.exec(text) ?? [];
  const [, beforePort] = /^([\d.]+):\d+$/.exec(text) ?? [];
  const address = (inBrackets ?? beforePort ?? text).replace(/%.*$/, "");
  const bytes = parseAddress(address);
  if (bytes === undefined) return undefined;
  return bytes.length === 4 ? bytes.join(".") : address;
}
