/** How a receiving transport asks, and how a frame looks on its wire. Written from the protocol, not from the server's code. */
export interface ReceivingTransport {
  /** The name the application sees and the `transports` option takes. */
  readonly name: "xhr-polling" | "xhr-streaming" | "eventsource" | "htmlfile" | "jsonp-polling";
  /** The last segment of the session URL. */
  readonly segment: "xhr" | "xhr_streaming" | "eventsource" | "htmlfile" | "jsonp";
  readonly method: "GET" | "POST";
  /** What the query must hold. */
  readonly query: "" | "c=callback";
  /** Many frames in one response, each a chunk of its own, after a prelude; else one frame is the whole body. */
  readonly streaming: boolean;
  readonly contentType: string;
  /** The prelude, as one chunk; empty where there is none. */
  readonly prelude: RegExp;
  /** A frame's bytes on the wire. */
  encode(frame: string): string;
  /** The frame in exactly one chunk or body. Throws when there is anything else in it. */
  decode(wire: string): string;
}

const POLLED: Pick<ReceivingTransport, "streaming" | "prelude"> = {
  streaming: false,
  prelude: /^$/,
};

const LINE: Pick<ReceivingTransport, "encode" | "decode"> = {
  encode: (frame) => `${frame}\n`,
  decode: (wire) => inside(wire, "", "\n"),
};

export const XHR_POLLING: ReceivingTransport = {
  ...POLLED,
  ...LINE,
  name: "xhr-polling",
  segment: "xhr",
  method: "POST",
  query: "",
  contentType: "application/javascript; charset=UTF-8",
};

export const XHR_STREAMING: ReceivingTransport = {
  ...LINE,
  name: "xhr-streaming",
  segment: "xhr_streaming",
  method: "POST",
  query: "",
  streaming: true,
  contentType: "application/javascript; charset=UTF-8",
  prelude: /^h{2048}\n$/,
};

const EVENTSOURCE: ReceivingTransport = {
  name: "eventsource",
  segment: "eventsource",
  method: "GET",
  query: "",
  streaming: true,
  contentType: "text/event-stream",
  prelude: /^\r\n$/,
  encode: (frame) => `data: ${frame.replaceAll("%", "%25")}\r\n\r\n`,
  decode: (wire) => decodeURI(inside(wire, "data: ", "\r\n\r\n")),
};

const HTMLFILE: ReceivingTransport = {
  name: "htmlfile",
  segment: "htmlfile",
  method: "GET",
  query: "c=callback",
  streaming: true,
  contentType: "text/html; charset=UTF-8",
  prelude: /^(?=[^]{1025})<!doctype html>\n[^]* \r\n\r\n$/,
  encode: (frame) => `<script>\np(${quote(frame)});\n</script>\r\n`,
  decode: (wire) => unquote(inside(wire, "<script>\np(", ");\n</script>\r\n")),
};

export const JSONP_POLLING: ReceivingTransport = {
  ...POLLED,
  name: "jsonp-polling",
  segment: "jsonp",
  method: "GET",
  query: "c=callback",
  contentType: "application/javascript; charset=UTF-8",
  encode: (frame) => `/**/callback(${quote(frame)});\r\n`,
  decode: (wire) => unquote(inside(wire, "/**/callback(", ");\r\n")),
};

/** The five transports on which a server's frames travel in HTTP responses. */
export const RECEIVING_TRANSPORTS: readonly ReceivingTransport[] = [
  XHR_POLLING,
  XHR_STREAMING,
  EVENTSOURCE,
  HTMLFILE,
  JSONP_POLLING,
];

/** Those that carry many frames in one response. */
export const STREAMING_TRANSPORTS: readonly ReceivingTransport[] = RECEIVING_TRANSPORTS.filter(
  (transport) => transport.streaming,
);

/** Those that answer with one frame. */
export const POLLING_TRANSPORTS: readonly ReceivingTransport[] = RECEIVING_TRANSPORTS.filter(
  (transport) => !transport.streaming,
);

function inside(wire: string, before: string, after: string): string {
  const frame = wire.slice(before.length, wire.length - after.length);
  if (`${before}${frame}${after}` !== wire) {
    throw new Error(`Cannot find one frame in ${JSON.stringify(wire.slice(0, 400))}`);
  }
  return frame;
}

function quote(frame: string): string {
  return JSON.stringify(frame).replaceAll("<", String.raw`\u003c`);
}

function unquote(json: string): string {
  const frame: unknown = JSON.parse(json);
  if (typeof frame !== "string")
    throw new Error(`Cannot take ${json} for a frame: it is not a string`);
  return frame;
}
