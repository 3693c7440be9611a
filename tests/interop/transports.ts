/** Every name the client knows, in the order it tries them. */
export const CLIENT_TRANSPORTS = [
  "websocket",
  "xhr-streaming",
  "xdr-streaming",
  "eventsource",
  "iframe-eventsource",
  "htmlfile",
  "iframe-htmlfile",
  "xhr-polling",
  "xdr-polling",
  "iframe-xhr-polling",
  "jsonp-polling",
] as const;

export type ClientTransport = (typeof CLIENT_TRANSPORTS)[number];

/** What the npm package offers in Node. */
export const NODE_TRANSPORTS = [
  "websocket",
  "xhr-streaming",
  "eventsource",
  "xhr-polling",
] as const satisfies readonly ClientTransport[];

/** What works in Chromium on a page of the server's own origin. */
export const SAME_ORIGIN_TRANSPORTS = [
  "websocket",
  "xhr-streaming",
  "eventsource",
  "iframe-eventsource",
  "htmlfile",
  "iframe-htmlfile",
  "xhr-polling",
  "iframe-xhr-polling",
  "jsonp-polling",
] as const satisfies readonly ClientTransport[];

/** What works in Chromium on a page of another origin: all but htmlfile, which the client keeps to its own origin. */
export const CROSS_ORIGIN_TRANSPORTS = [
  "websocket",
  "xhr-streaming",
  "eventsource",
  "iframe-eventsource",
  "iframe-htmlfile",
  "xhr-polling",
  "iframe-xhr-polling",
  "jsonp-polling",
] as const satisfies readonly ClientTransport[];

/** What works in Chromium on a `file:` page: the client does not use XHR to receive where the origin is null. */
export const FILE_PAGE_TRANSPORTS = [
  "websocket",
  "eventsource",
  "iframe-eventsource",
  "iframe-htmlfile",
  "iframe-xhr-polling",
  "jsonp-polling",
] as const satisfies readonly ClientTransport[];

/** What a transport of the client looks like to the server. */
export interface ServerSide {
  /** The server's own name for it. */
  readonly name: string;
  readonly receives: string;
  /** Empty where one connection carries both directions. */
  readonly sends: readonly string[];
}

const XHR_SEND = ["POST /echo/xhr_send"];

const SERVER_SIDES: Readonly<Record<string, ServerSide>> = {
  websocket: { name: "websocket", receives: "GET /echo/websocket", sends: [] },
  "xhr-streaming": { name: "xhr-streaming", receives: "POST /echo/xhr_streaming", sends: XHR_SEND },
  eventsource: { name: "eventsource", receives: "GET /echo/eventsource", sends: XHR_SEND },
  htmlfile: { name: "htmlfile", receives: "GET /echo/htmlfile", sends: XHR_SEND },
  "xhr-polling": { name: "xhr-polling", receives: "POST /echo/xhr", sends: XHR_SEND },
  "jsonp-polling": {
    name: "jsonp-polling",
    receives: "GET /echo/jsonp",
    sends: ["POST /echo/jsonp_send"],
  },
};

/** What the server sees of a transport on `/echo`; `iframe-` ones look like those they wrap. */
export function serverSide(transport: ClientTransport): ServerSide {
  const found = SERVER_SIDES[transport.replace(/^iframe-/, "")];
  if (!found) throw new Error(`Cannot name the requests of ${transport}: no server has it`);
  return found;
}
