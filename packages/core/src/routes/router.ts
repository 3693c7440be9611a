import { IttyRouter } from "itty-router/IttyRouter";
import { addSessionCookie } from "../http/cookie.ts";
import { toFrameAncestors } from "../http/origin.ts";
import { methodNotAllowed, notFound, preflight } from "../http/replies.ts";
import type { Incoming, Reply } from "../seam/exchange.ts";
import { EVENTSOURCE } from "../transports/eventsource.ts";
import { htmlfile } from "../transports/htmlfile.ts";
import { jsonpPolling } from "../transports/jsonp-polling.ts";
import { JSONP_SEND } from "../transports/jsonp-send.ts";
import type {
  ResponseTransport,
  SendingTransport,
  TransportName,
} from "../transports/transport.ts";
import { WEBSOCKET_RAW } from "../transports/websocket-raw.ts";
import { WEBSOCKET } from "../transports/websocket.ts";
import { XHR_POLLING } from "../transports/xhr-polling.ts";
import { XHR_SEND } from "../transports/xhr-send.ts";
import { XHR_STREAMING } from "../transports/xhr-streaming.ts";
import { readCallback } from "./callback.ts";
import { refuseFraming } from "./gate.ts";
import { greeting } from "./greeting.ts";
import { createIframePage, iframe } from "./iframe.ts";
import { info, infoPreflight } from "./info.ts";
import { receive } from "./receive.ts";
import { send } from "./send.ts";
import type { ServerParts } from "./server-parts.ts";
import { createUpgrade } from "./upgrade.ts";

/** Answers the request of a path below the prefix. */
export type Route = (incoming: Incoming, path: string) => Reply | Promise<Reply>;

/** Answers a request; the session id is empty where the URL has none. */
type Answer = (incoming: Incoming, sessionId: string) => Reply | Promise<Reply>;

/** A URL below the prefix, and what answers it: made once for each server. */
interface UrlRoute {
  /** The path, the session id as a group of that name. */
  readonly path: RegExp;
  /** Served only where the server has this transport; always where none is named. */
  readonly transport?: TransportName;
  /** The answers by method. */
  readonly methods: Readonly<Record<string, (parts: ServerParts) => Answer>>;
}

/** A session URL, `/<server>/<session>/<segment>`. */
interface SessionRoute {
  readonly segment: string;
  readonly method: "GET" | "POST";
  /** Whether browsers ask across origins before they send: then it has a preflight. */
  readonly crossOrigin: boolean;
  /** As for {@link UrlRoute}. */
  readonly transport?: TransportName;
  readonly answer: (parts: ServerParts) => Answer;
}

/** Every session URL (protocol, sections 4 and 6), in the order of use: itty-router tries one after another. */
const SESSION_ROUTES: readonly SessionRoute[] = [
  receiving("xhr", XHR_POLLING, true),
  sending("xhr_send", XHR_SEND, true),
  receiving("xhr_streaming", XHR_STREAMING, true),
  receiving("eventsource", EVENTSOURCE, false),
  callingBack("htmlfile", "htmlfile", htmlfile),
  callingBack("jsonp", "jsonp-polling", jsonpPolling),
  sending("jsonp_send", JSONP_SEND, false),
  {
    segment: "websocket",
    method: "GET",
    crossOrigin: false,
    transport: "websocket",
    answer: (parts) => createUpgrade(parts, WEBSOCKET),
  },
];

/** Every other URL (protocol, section 1). */
const OTHER_ROUTES: readonly UrlRoute[] = [
  {
    path: /^\/websocket$/,
    transport: "websocket-raw",
    methods: { GET: (parts) => createUpgrade(parts, WEBSOCKET_RAW) },
  },
  { path: /^\/$/, methods: { GET: () => greeting, HEAD: () => () => withoutBody(greeting()) } },
  {
    path: /^\/info$/,
    methods: {
      OPTIONS: () => infoPreflight,
      GET: (parts) => (incoming) => info(parts, incoming),
    },
  },
  {
    path: /^\/iframe[0-9-.a-z_]*\.html$/,
    methods: {
      GET: createIframe,
      HEAD(parts) {
        const answer = createIframe(parts);
        return (incoming) => withoutBody(answer(incoming));
      },
    },
  },
];

/** What itty-router hands to a route: the named groups of its expression. */
interface Matched {
  readonly params: { readonly session?: string };
}

/**
 * Makes the exact table of URLs and gives it to itty-router, whose own path patterns would also match trailing slashes and
 * dots. A method that a known URL does not take is 405, an unknown URL 404.
 */
export function createRouter(parts: ServerParts): Route {
  const isServed = ({ transport }: { readonly transport?: TransportName }): boolean =>
    transport === undefined || parts.options.transports.has(transport);
  const routes: [string, RegExp, ((matched: Matched, incoming: Incoming) => unknown)[], string][] =
    [];
  const serve = (path: RegExp, methods: Readonly<Record<string, Answer>>): void => {
    const allow = Object.keys(methods).join(", ");
    for (const [method, answer] of Object.entries(methods)) {
      const handle = ({ params }: Matched, incoming: Incoming): unknown =>
        answer(incoming, params.session ?? "");
      routes.push([method, path, [handle], path.source]);
    }
    routes.push(["ALL", path, [() => methodNotAllowed(allow)], path.source]);
  };

  const sessionAnswers = new Map<string, { method: string; answer: Answer }>();
  for (const route of SESSION_ROUTES.filter(isServed)) {
    const { segment, method, crossOrigin } = route;
    const answer = route.answer(parts);
    sessionAnswers.set(segment, { method, answer });
    serve(new RegExp(`^/[^/.]+/(?<session>[^/.]+)/${segment}$`), {
      ...(crossOrigin && { OPTIONS: createPreflight(parts, method) }),
      [method]: answer,
    });
  }
  for (const { path, methods } of OTHER_ROUTES.filter(isServed)) {
    const answers = Object.entries(methods).map(([method, create]) => [method, create(parts)]);
    serve(path, Object.fromEntries(answers) as Record<string, Answer>); // as in the table
  }
  routes.push(["ALL", /^/, [notFound], "*"]);

  const router = IttyRouter({ routes });
  return (incoming, path) => {
    if (UNSETTLED.test(path)) return notFound(); // itty-router would resolve it
    const [, sessionId = "", segment = ""] = SESSION_PATH.exec(path) ?? [];
    const known = sessionAnswers.get(segment);
    if (known?.method === incoming.method) return known.answer(incoming, sessionId);
    // itty-router writes its findings on what it is given, so it gets an object made for it.
    const { method } = incoming;
    return router.fetch({ method, url: `http://localhost${path}` }, incoming) as Promise<Reply>;
  };
}

/** Finds the URLs by which messages come and go: itty-router parses the URL anew, which is a twelfth of a small request. */
const SESSION_PATH = /^\/[^/.]+\/([^/.]+)\/([a-z_]+)$/;

/** What URL parsing would change: dot segments, plain or percent-encoded, backslashes, a fragment (URL Standard). */
const UNSETTLED = /\/(?:\.|%2e){1,2}(?:\/|$)|[\\#]/i;

function receiving(
  segment: string,
  transport: ResponseTransport,
  crossOrigin: boolean,
): SessionRoute {
  return {
    segment,
    method: transport.method,
    crossOrigin,
    transport: transport.name,
    answer: (parts) => (incoming, sessionId) => receive(parts, incoming, sessionId, transport),
  };
}

/** As `receiving`, for a transport whose frames call a function of the page. */
function callingBack(
  segment: string,
  transport: TransportName,
  create: (callback: string) => ResponseTransport,
): SessionRoute {
  const answer = (parts: ServerParts): Answer => {
    return (incoming, sessionId) => {
      const read = readCallback(incoming);
      if (!read.ok) return read.refusal;
      return receive(parts, incoming, sessionId, create(read.callback));
    };
  };
  return { segment, method: "GET", crossOrigin: false, transport, answer };
}

function sending(segment: string, transport: SendingTransport, crossOrigin: boolean): SessionRoute {
  const answer = (parts: ServerParts): Answer => {
    return (incoming, sessionId) => send(parts, incoming, sessionId, transport);
  };
  return { segment, method: "POST", crossOrigin, answer };
}

function createPreflight(parts: ServerParts, method: string): Answer {
  return (incoming) => {
    const headers: Record<string, string> = {};
    addSessionCookie(headers, incoming, parts.options);
    return preflight(incoming, `OPTIONS, ${method}`, headers);
  };
}

function createIframe(parts: ServerParts): (incoming: Incoming) => Reply {
  const { origins, sockjsUrl } = parts.options;
  const page = createIframePage(sockjsUrl);
  const ancestors = toFrameAncestors(origins);
  const policy = { ancestors, cacheable: origins === "*" || ancestors !== undefined };
  return (incoming) =>
    refuseFraming(parts, incoming, policy.cacheable) ?? iframe(page, policy, incoming);
}

function withoutBody(reply: Reply): Reply {
  return reply.kind === "text" ? { ...reply, body: null } : reply;
}
