import { answeredNow } from "../options/call.ts";
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
  const fail = (failure: string, cause: unknown): never => {
    const message = `Cannot identify browser: option "identity" ${failure}`;
    throw new SockJSError("ERR_SOCKJS_CALLBACK", message, { cause });
  };
  let answer: string | undefined;
  try {
    answer = identity(toView(incoming));
  } catch (cause) {
    fail("threw", cause);
  }
  const who = answeredNow(answer, "a string or undefined", (mistake) =>
    fail("returned a promise", mistake),
  );
  if (who !== undefined && typeof who !== "string") {
    fail("returned no string", new TypeError("Expected a string or undefined"));
  }
  return who;
}

function toView(incoming: Incoming): RequestView {
  const { method, path, query } = incoming;
  return {
    method,
    url: query === "" ? path : `${path}?${query}`,
    headers: { get: (name) => incoming.header(name.toLowerCase()) ?? null },
  };
}
