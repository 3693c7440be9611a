import type { Incoming } from "../seam/exchange.ts";
import type { ResolvedOptions } from "../options/resolve-options.ts";

/** What may stand in a cookie's value (RFC 6265, section 4.1.1). */
const COOKIE_SAFE = /^[!#-+\--:<-[\]-~]+$/;

/** Adds `Set-Cookie: JSESSIONID=…` where the option asks for it (protocol, section 3). */
export function addSessionCookie(
  headers: Record<string, string>,
  incoming: Incoming,
  options: Pick<ResolvedOptions, "jsessionid">,
): void {
  if (options.jsessionid === false) return;
  const value =
    options.jsessionid === true
      ? readCookie(incoming.header("cookie"))
      : options.jsessionid(incoming.toRequest());
  const safe = value !== undefined && COOKIE_SAFE.test(value) ? value : "dummy";
  headers["Set-Cookie"] = `JSESSIONID=${safe}; path=/`;
}

function readCookie(header: string | undefined): string | undefined {
  const pair = header
    ?.split(";")
    .map((part) => part.trim())
    .find((part) => part.startsWith("JSESSIONID="));
  return pair?.slice("JSESSIONID=".length);
}
