import type { SendingTransport } from "./transport.ts";

/** Messages as the body itself (protocol, section 6). */
export const XHR_SEND: SendingTransport = {
  destinations: ["empty"],
  mode: "cors",
  payload: (_incoming, body) => body,
  reply(headers) {
    headers["Content-Type"] = "text/plain; charset=UTF-8";
    return { kind: "text", status: 204, headers, body: null };
  },
};
