import type { SendingTransport } from "./transport.ts";

/** Messages as the field `d` of a form, or as the body itself (protocol, section 6). */
export const JSONP_SEND: SendingTransport = {
  destinations: ["iframe", "frame"], // a form whose target is a frame
  payload(incoming, body) {
    const type = (incoming.header("content-type") ?? "").split(";", 1)[0] ?? "";
    if (type.trim().toLowerCase() !== "application/x-www-form-urlencoded") return body;
    const field = body.split("&").find((pair) => pair.startsWith("d="));
    return field === undefined ? "" : decodeField(field.slice("d=".length));
  },
  reply(headers) {
    headers["Content-Type"] = "text/plain; charset=UTF-8";
    return { kind: "text", status: 200, headers, body: "ok" };
  },
};

/** A value of a form (URL Standard, section 5.1), where bytes that are not UTF-8 are no value. */
function decodeField(value: string): string | undefined {
  const spaced = value.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    // A percent sign that escapes nothing stands for itself; any other is followed by a byte that is not UTF-8.
    const literal = spaced.replace(/%(?![\da-f]{2})/gi, "%25");
    return literal === spaced ? undefined : decodeField(literal.replaceAll(" ", "+"));
  }
}
