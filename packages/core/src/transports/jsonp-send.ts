import type { Incoming, Reply } from "../http/replies.ts";

/** The answer of `jsonp_send` to messages it has taken (protocol, section 6). */
export function jsonpSendReply(headers: Record<string, string>): Reply {
  headers["Content-Type"] = "text/plain; charset=UTF-8";
  return { status: 200, headers, body: "ok" };
}

/** The payload of a `jsonp_send` body: the field `d` of a form, else the body itself. */
export function jsonpPayload(incoming: Incoming, body: string): string {
  const type = (incoming.header("content-type") ?? "").split(";", 1)[0] ?? "";
  if (type.trim().toLowerCase() !== "application/x-www-form-urlencoded") return body;
  return new URLSearchParams(body).get("d") ?? "";
}
