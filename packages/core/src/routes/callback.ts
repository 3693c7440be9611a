import { plainText } from "../http/replies.ts";
import type { Incoming, Reply } from "../seam/exchange.ts";

const CALLBACK = /^[a-zA-Z0-9\-_.]{1,32}$/; // protocol, section 6

/** The name of the page's function that htmlfile and jsonp call, checked, or the answer to a request without a good one. */
export function readCallback(
  incoming: Incoming,
):
  | { readonly ok: true; readonly callback: string }
  | { readonly ok: false; readonly refusal: Reply } {
  const parameters = new URLSearchParams(incoming.query);
  const callback = parameters.get("c") ?? parameters.get("callback") ?? "";
  if (callback === "")
    return { ok: false, refusal: plainText(500, '"callback" parameter required\n') };
  if (!CALLBACK.test(callback)) {
    return { ok: false, refusal: plainText(500, 'invalid "callback" parameter\n') };
  }
  return { ok: true, callback };
}
