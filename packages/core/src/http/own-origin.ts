import type { Incoming } from "../seam/exchange.ts";
import { forwardedScheme, type TrustProxy } from "./remote-address.ts";

/**
 * Whether an origin is that of the server itself: the host that was asked, with its scheme where that is known, by our own
 * TLS or by what a trusted proxy says in `X-Forwarded-Proto`. Where it is not, http and https are both the server's own,
 * unless the browser says by `Sec-Fetch-Site` that it is another origin.
 */
export function isOwnOrigin(origin: string, incoming: Incoming, trustProxy: TrustProxy): boolean {
  const [, scheme, host] = /^(https?):\/\/([^/?#@]+)$/.exec(origin.toLowerCase()) ?? [];
  const asked = incoming.header("host")?.toLowerCase();
  if (scheme === undefined || host === undefined || asked === undefined) return false;
  if (withoutDefaultPort(host, scheme) !== withoutDefaultPort(asked, scheme)) return false;
  const known = incoming.isSecure === true ? "https" : forwardedScheme(incoming, trustProxy);
  if (known !== undefined) return known === scheme;
  const site = incoming.header("sec-fetch-site");
  return site === undefined || site === "same-origin";
}

function withoutDefaultPort(host: string, scheme: string): string {
  const port = scheme === "https" ? ":443" : ":80";
  return host.endsWith(port) ? host.slice(0, -port.length) : host;
}
