import type { Reply } from "../http/replies.ts";

/** The answer of `xhr_send` to messages it has taken (protocol, section 6); its payload is the body as it is. */
export function xhrSendReply(headers: Record<string, string>): Reply {
  headers["Content-Type"] = "text/plain; charset=UTF-8";
  return { status: 204, headers, body: null };
}
