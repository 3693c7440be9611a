import { askNow } from "../options/call.ts";
import { SockJSError } from "../options/errors.ts";
import type { RequestView } from "../options/options.ts";
import type { Incoming } from "../seam/exchange.ts";
import type { ServerParts } from "./server-parts.ts";

/**
 * Who a request is from, as the option `identity` tells; `undefined` without it.
 *
 * @throws {SockJSError} when it throws or returns a promise.
 */
export function identify({ options }: ServerParts, incoming: Incoming): string | undefined {
  const { identity } = options;
  if (identity === undefined) return undefined;
  const failed = 'Cannot identify browser: option "identity"';
  const who = askNow(() => identity(toView(incoming)), failed, WANTED);
  if (who !== undefined && typeof who !== "string") {
    const cause = new TypeError(`Expected ${WANTED}`);
    throw new SockJSError("ERR_SOCKJS_CALLBACK", `${failed} returned no string`, { cause });
  }
  return who;
}

const WANTED = "a string or undefined";

function toView(incoming: Incoming): RequestView {
  const { method, path, query } = incoming;
  return {
    method,
    url: query === "" ? path : `${path}?${query}`,
    headers: { get: (name) => incoming.header(name.toLowerCase()) ?? null },
  };
}
