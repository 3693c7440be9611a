import { askNow } from "../options/call.ts";
import type { Incoming } from "../seam/exchange.ts";
import type { ResolvedOptions } from "../options/resolve-options.ts";

/** What may stand in a cookie's value (RFC 6265, section 4.1.1). */
const COOKIE_SAFE = /^[!#-+\--:<-[\]-~]+$/;

/**
 * Adds `Set-Cookie: JSESSIONID=…` where the option asks for it (protocol, section 3): with the value that the request
 * carried, or `dummy` where it carried none; nothing for a value that no cookie can hold.
 *
 * @throws {SockJSError} when the option is a function that throws or returns a promise.
 */
export function addSessionCookie(
  headers: Record<string, string>,
  incoming: Incoming,
  options: Pick<ResolvedOptions, "jsessionid">,
): void {
  if (options.jsessionid === false) return;
  const value =
    options.jsessionid === true
      ? readCookie(incoming.header("cookie"))
      : askForCookie(options.jsessionid, incoming);
  if (value === undefined || value === "") headers["Set-Cookie"] = "JSESSIONID=dummy; path=/";
  else if (typeof value === "string" && COOKIE_SAFE.test(value))
    headers["Set-Cookie"] = `JSESSIONID=${value}; path=/`;
}

function askForCookie(jsessionid: (request: Request) => unknown, incoming: Incoming): unknown {
  const ask = (): unknown => jsessionid(incoming.toRequest());
  return askNow(ask, 'Cannot set cookie: option "jsessionid"', "a string");
}

function readCookie(header: string | undefined): string | undefined {
  const pair = header
    ?.split(";")
    .map((part) => part.trim())
    .find((part) => part.startsWith("JSESSIONID="));
  return pair?.slice("JSESSIONID=".length);
}
