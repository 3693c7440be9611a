import type { Incoming } from "../seam/exchange.ts";

/**
 * The browser's address: the runtime's, or what trusted proxies say of it in `X-Forwarded-For`, read from the right, where
 * each proxy adds the address it saw. An IPv4 address mapped into IPv6 is given as IPv4.
 */
export function remoteAddress(
  incoming: Incoming,
  trustProxy: false | number | readonly string[],
): string | undefined {
  const direct = toPlainAddress(incoming.remoteAddress);
  if (trustProxy === false) return direct;
  const forwarded = (incoming.header("x-forwarded-for") ?? "")
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  let address = direct;
  for (let hop = 0; forwarded.length > 0; hop++) {
    const trusted =
      typeof trustProxy === "number"
        ? hop < trustProxy
        : address !== undefined && trustProxy.includes(address);
    if (!trusted) break;
    address = toPlainAddress(forwarded.pop());
  }
  return address;
}

function toPlainAddress(address: string | undefined): string | undefined {
  return address?.startsWith("::ffff:") === true && address.includes(".")
    ? address.slice("::ffff:".length)
    : address;
}
