import { answeredNow } from "../options/call.ts";
import type { Incoming } from "../seam/exchange.ts";
import type { Origins } from "../options/options.ts";

/**
 * Whether a request's origin may use the server. A request without `Origin` (a script element, an iframe, a navigation, a
 * same-origin GET) is judged by `Sec-Fetch-Site`, else by `Referer`; a program that sends none of them is no browser, so
 * no visitor's rights are at stake, and it is let in. `tell` gets what is wrong with a function that answers by a promise,
 * which lets nobody in.
 */
export function isAllowedOrigin(
  origins: Origins,
  incoming: Incoming,
  tell: (mistake: TypeError) => void = () => {},
): boolean {
  if (origins === "*") return true;
  const origin = incoming.header("origin") ?? originOfReferer(incoming.header("referer"));
  const site = incoming.header("sec-fetch-site");
  if (origin === undefined) return site === undefined || site === "same-origin" || site === "none";
  if (isSameOrigin(origin, incoming)) return true;
  if (origins === "same-origin") return false;
  if (typeof origins === "function") {
    const allowed: unknown = origins(origin, incoming.toRequest());
    return answeredNow(allowed, ORIGINS_WANTED, tell) === true;
  }
  return origins.some((allowed) =>
    typeof allowed === "string" ? allowed === origin : matches(allowed, origin),
  );
}

const ORIGINS_WANTED = 'true or false (what has to be waited for belongs into "authorize")';

/**
 * Whether a request's credentials are the visitor's own doing. They are not where every origin is welcome, since any site
 * could make a visitor's browser send them; nor in a GET that does not say where it comes from, since a page without
 * referrers can make a browser send one by a script element (ARCHITECTURE.md, "Security").
 */
export function sendsOwnCredentials(origins: Origins, incoming: Incoming): boolean {
  if (origins === "*") return false;
  return (
    saysWhereFrom(incoming) || incoming.method !== "GET" || incoming.header("upgrade") !== undefined
  );
}

/** Whether a request says anything of where it comes from. */
export function saysWhereFrom(incoming: Incoming): boolean {
  const origin = incoming.header("origin") ?? incoming.header("referer");
  return (origin ?? incoming.header("sec-fetch-site")) !== undefined;
}

/**
 * Who may frame the iframe page, as the value of `frame-ancestors` (CSP 3); nothing where everyone may, or where only a
 * function or a RegExp knows.
 */
export function toFrameAncestors(origins: Origins): string | undefined {
  if (origins === "same-origin") return "'self'";
  if (typeof origins === "string" || typeof origins === "function") return undefined;
  const allowed = origins.filter((item) => typeof item === "string");
  return allowed.length === origins.length ? ["'self'", ...allowed].join(" ") : undefined;
}

function isSameOrigin(origin: string, incoming: Incoming): boolean {
  const host = incoming.header("host");
  return host !== undefined && originHost(origin) === host.toLowerCase();
}

function originHost(origin: string): string | undefined {
  const separator = origin.indexOf("://");
  return separator < 0 ? undefined : origin.slice(separator + 3).toLowerCase();
}

function originOfReferer(referer: string | undefined): string | undefined {
  if (referer === undefined || !URL.canParse(referer)) return undefined;
  return new URL(referer).origin;
}

/** A global RegExp keeps its place between calls. */
function matches(pattern: RegExp, origin: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(origin);
}
