import type { SendingTransport } from "./transport.ts";

/** Messages as the field `d` of a form, or as the body itself (protocol, section 6). */
export const JSONP_SEND: SendingTransport = {
  destinations: ["iframe", "frame"], // a form whose target is a frame
  payload(incoming, body) {
    const type = (incoming.header("content-type") ?? "").split(";", 1)[0] ?? "";
    if (type.trim().toLowerCase() !== "application/x-www-form-urlencoded") return body;
    return new URLSearchParams(body).get("d") ?? "";
  },
  reply(headers) {
    headers["Content-Type"] = "text/plain; charset=UTF-8";
    return { kind: "text", status: 200, headers, body: "ok" };
  },
};
