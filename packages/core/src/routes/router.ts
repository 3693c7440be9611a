import { IttyRouter } from "itty-router/IttyRouter";
import { refuseFraming } from "./admission.ts";
import { readCallback } from "./callback.ts";
import { addSessionCookie } from "../http/cookie.ts";
import { greeting } from "./greeting.ts";
import { createIframePage, iframe } from "./iframe.ts";
import { info, infoPreflight } from "./info.ts";
import {
  methodNotAllowed,
  notFound,
  preflight,
  type Incoming,
  type Reply,
} from "../http/replies.ts";
import { toFrameAncestors } from "../http/origin.ts";
import type { ServerState } from "../connection/connections.ts";
import type { TransportName } from "../transport-name.ts";
import { EVENTSOURCE } from "../transports/eventsource.ts";
import { htmlfile } from "../transports/htmlfile.ts";
import { jsonpPayload, jsonpSendReply } from "../transports/jsonp-send.ts";
import { jsonpPolling } from "../transports/jsonp-polling.ts";
import { receive } from "./receive.ts";
import type { ResponseTransport } from "../transports/response-transport.ts";
import { send, type SendingTransport } from "./send.ts";
import { createUpgrade } from "./upgrade.ts";
import { WEBSOCKET_RAW } from "../transports/websocket-raw.ts";
import { WEBSOCKET } from "../session/websocket-listener.ts";
import { XHR_POLLING } from "../transports/xhr-polling.ts";
import { xhrSendReply } from "../transports/xhr-send.ts";
import { XHR_STREAMING } from "../transports/xhr-streaming.ts";

/** Answers the request of a path below the prefix. */
export type Route = (incoming: Incoming, path: string) => Reply | Promise<Reply>;

/** What itty-router hands to a route: the named groups of its expression. */
interface Matched {
  readonly params: { readonly session?: string };
}

type RouteHandler = (matched: Matched, incoming: Incoming) => Reply | Promise<Reply>;

type SessionHandler = (incoming: Incoming, sessionId: string) => Reply | Promise<Reply>;

/**
 * Makes the exact table of URLs (protocol, sections 1 and 4) and gives it to itty-router, whose own path patterns would
 * also match trailing slashes and dots. A method that a known URL does not take is 405, an unknown URL 404.
 */
export function createRouter<Context>(server: ServerState<Context>): Route {
  const { transports, sockjsUrl } = server.options;
  const page = createIframePage(sockjsUrl);
  const { origins } = server.options;
  const ancestors = toFrameAncestors(origins);
  const policy = { ancestors, cacheable: origins === "*" || ancestors !== undefined };
  const serveIframe = (incoming: Incoming): Reply =>
    refuseFraming(server, incoming) ?? iframe(page, policy, incoming);
  const routes: [string, RegExp, RouteHandler[], string][] = [];
  const sessionHandlers = new Map<string, { method: string; handler: SessionHandler }>();

  /** Serves one path by its methods; `allow` is what a 405 says. */
  const serve = (path: RegExp, handlers: Readonly<Record<string, RouteHandler>>): void => {
    const allow = Object.keys(handlers).join(", ");
    for (const [method, handler] of Object.entries(handlers)) {
      routes.push([method, path, [handler], path.source]);
    }
    routes.push(["ALL", path, [() => methodNotAllowed(allow)], path.source]);
  };
  /** Serves a session URL; those that browsers ask for across origins have a preflight. */
  const serveSession = (
    segment: string,
    method: "GET" | "POST",
    crossOrigin: boolean,
    handler: SessionHandler,
  ): void => {
    sessionHandlers.set(segment, { method, handler });
    const path = new RegExp(`^/[^/.]+/(?<session>[^/.]+)/${segment}$`);
    const answerPreflight: RouteHandler = (_matched, incoming) => {
      const headers: Record<string, string> = {};
      addSessionCookie(headers, incoming, server.options);
      return preflight(incoming, `OPTIONS, ${method}`, headers);
    };
    serve(path, {
      ...(crossOrigin && { OPTIONS: answerPreflight }),
      [method]: ({ params }, incoming) => handler(incoming, params.session ?? ""),
    });
  };
  const serveReceiver = (
    segment: string,
    transport: ResponseTransport,
    crossOrigin: boolean,
  ): void => {
    if (!transports.has(transport.name)) return;
    serveSession(segment, transport.method, crossOrigin, (incoming, sessionId) =>
      receive(server, incoming, sessionId, transport),
    );
  };
  /** As `serveReceiver`, for a transport whose frames call a function of the page. */
  const serveCallback = (
    segment: string,
    name: TransportName,
    create: (callback: string) => ResponseTransport,
  ): void => {
    if (!transports.has(name)) return;
    serveSession(segment, "GET", false, (incoming, sessionId) => {
      const read = readCallback(incoming);
      if (!read.ok) return read.refusal;
      return receive(server, incoming, sessionId, create(read.callback));
    });
  };
  const serveSender = (
    segment: string,
    crossOrigin: boolean,
    transport: SendingTransport,
  ): void => {
    serveSession(segment, "POST", crossOrigin, (incoming, sessionId) =>
      send(server, incoming, sessionId, transport),
    );
  };

  // In the order of use: itty-router tries one after another.
  serveReceiver("xhr", XHR_POLLING, true);
  serveSender("xhr_send", true, { payload: (_incoming, body) => body, reply: xhrSendReply });
  serveReceiver("xhr_streaming", XHR_STREAMING, true);
  serveReceiver("eventsource", EVENTSOURCE, false);
  serveCallback("htmlfile", "htmlfile", htmlfile);
  serveCallback("jsonp", "jsonp-polling", jsonpPolling);
  serveSender("jsonp_send", false, { payload: jsonpPayload, reply: jsonpSendReply });
  if (transports.has("websocket")) {
    serveSession("websocket", "GET", false, createUpgrade(server, WEBSOCKET));
  }
  if (transports.has("websocket-raw")) {
    const upgrade = createUpgrade(server, WEBSOCKET_RAW);
    serve(/^\/websocket$/, { GET: (_matched, incoming) => upgrade(incoming) });
  }
  serve(/^\/$/, { GET: greeting, HEAD: () => withoutBody(greeting()) });
  serve(/^\/info$/, {
    OPTIONS: (_matched, incoming) => infoPreflight(incoming),
    GET: (_matched, incoming) => info(server, incoming),
  });
  serve(/^\/iframe[0-9-.a-z_]*\.html$/, {
    GET: (_matched, incoming) => serveIframe(incoming),
    HEAD: (_matched, incoming) => withoutBody(serveIframe(incoming)),
  });
  routes.push(["ALL", /^/, [notFound], "*"]);

  const router = IttyRouter({ routes });
  return (incoming, path) => {
    if (UNSETTLED.test(path)) return notFound(); // itty-router would resolve it
    const [, sessionId = "", segment = ""] = SESSION_PATH.exec(path) ?? [];
    const known = sessionHandlers.get(segment);
    if (known?.method === incoming.method) return known.handler(incoming, sessionId);
    // itty-router writes its findings on what it is given, so it gets an object made for it.
    const { method } = incoming;
    return router.fetch({ method, url: `http://localhost${path}` }, incoming) as Promise<Reply>;
  };
}

/** Finds what messages come and go by: itty-router parses the URL anew, which is a twelfth of a small request. */
const SESSION_PATH = /^\/[^/.]+\/([^/.]+)\/([a-z_]+)$/;

/** What URL parsing would change: dot segments, plain or percent-encoded, backslashes, a fragment (URL Standard). */
const UNSETTLED = /\/(?:\.|%2e){1,2}(?:\/|$)|[\\#]/i;

function withoutBody(reply: Reply): Reply {
  return { ...reply, body: null };
}
