import { isUntold } from "./fetch-metadata.ts";
import type { RequestMarks, Incoming } from "../seam/exchange.ts";
import { isOwnOrigin } from "./own-origin.ts";
import type { TrustProxy } from "./remote-address.ts";
import { answeredNow } from "../options/call.ts";
import type { Origins } from "../options/options.ts";

/** What origins are judged by; see the options of these names. */
export interface OriginRules {
  readonly origins: Origins;
  readonly trustProxy: TrustProxy;
}

/**
 * Whether a request's origin may use the server. A request without `Origin` (a script element, an iframe, a navigation, a
 * same-origin GET) is judged by `Sec-Fetch-Site`, which overrules `Referer`, else by `Referer`; a program that sends none of
 * them is no browser, so no visitor's rights are at stake, and it is let in. `tell` gets what is wrong with a function that
 * answers by a promise, which lets nobody in.
 */
export function isAllowedOrigin(
  { origins, trustProxy }: OriginRules,
  incoming: Incoming,
  tell: (mistake: TypeError) => void = () => {},
): boolean {
  if (origins === "*") return true;
  const given = incoming.header("origin");
  const site = incoming.header("sec-fetch-site");
  // What browsers say of themselves holds also where a proxy rewrites `Host`, or a page without referrers has `null` as origin.
  if (site === "same-origin" || (site === "none" && given === undefined)) return true;
  const origin = given ?? originOfReferer(incoming.header("referer"));
  if (origin === undefined) return site === undefined;
  const mayBeOwn = given !== undefined || site === undefined;
  if (mayBeOwn && isOwnOrigin(origin, incoming, trustProxy)) return true;
  if (origins === "same-origin") return false;
  if (typeof origins === "function") {
    const allowed: unknown = origins(origin, incoming.toRequest());
    return answeredNow(allowed, ORIGINS_WANTED, tell) === true;
  }
  return origins.some((allowed) =>
    typeof allowed === "string"
      ? allowed === origin || allowed === origin.toLowerCase()
      : matches(allowed, origin),
  );
}

const ORIGINS_WANTED = 'true or false (what has to be waited for belongs into "authorize")';

/**
 * Whether a request's credentials are the visitor's own doing. They are not where every origin is welcome, since any site
 * could make a visitor's browser send them; nor in a GET that does not say where it comes from, since a page without
 * referrers can make a browser send one by a script element; nor where nothing tells that its transport has made it
 * (ARCHITECTURE.md, "Security").
 */
export function sendsOwnCredentials(
  origins: Origins,
  incoming: Incoming,
  marks: RequestMarks,
): boolean {
  if (origins === "*" || isUntold(incoming, marks)) return false;
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

function originOfReferer(referer: string | undefined): string | undefined {
  if (referer === undefined || !URL.canParse(referer)) return undefined; // empty or broken: it says nothing
  return new URL(referer).origin;
}

/** A global RegExp keeps its place between calls. */
function matches(pattern: RegExp, origin: string): boolean {
  pattern.lastIndex = 0;
  return pattern.test(origin);
}
