import { LinkedConnection } from "../connection/linked-connection.ts";
import { SockJSError } from "../options/errors.ts";
import { plainText, type Incoming, type Reply } from "../http/replies.ts";
import { LazyRequest } from "../connection/opening-request.ts";
import {
  isAllowedOrigin,
  saysWhence,
  sendsOwnCredentials,
  toFrameAncestors,
} from "../http/origin.ts";
import type { ServerState } from "../connection/connections.ts";
import { Session } from "../session/session.ts";
import { isThenable } from "../time/thenable.ts";
import type { TransportName } from "../transport-name.ts";

/** A connection that may open, or the answer that refuses it. */
export type Admission =
  | { readonly ok: true; readonly session: Session }
  | { readonly ok: false; readonly refusal: Reply };

/**
 * Decides whether a new session opens: capacity, then the application's `authorize`. The id is held from the start, so
 * that nobody can take it while an async `authorize` runs; nothing but the id exists until it has agreed.
 */
export function admit<Context>(
  server: ServerState<Context>,
  incoming: Incoming,
  id: string | undefined,
  transport: TransportName,
): Admission | Promise<Admission> {
  if (server.closing) return refuse(shuttingDown());
  if (server.sessionCount >= server.options.maxSessions) {
    server.log({ level: "warn", event: "refuse", reason: "maxSessions" });
    return refuse(plainText(503, "Too many sessions\n", RETRY_AFTER));
  }
  const { authorize, origins } = server.options;
  const address = server.addressOf(incoming);
  const request = new LazyRequest(incoming.snapshot(), sendsOwnCredentials(origins, incoming));

  const session = new Session(id, address, server);
  server.add(session);
  const bind = (context: Context): Admission => {
    if (server.closing) return fail(shuttingDown());
    if (incoming.gone) return fail(plainText(400, "Request ended early\n"));
    const link = { link: session, transport, request, remoteAddress: address, context };
    session.bind(new LinkedConnection(server, link));
    return { ok: true, session };
  };
  const fail = (refusal: Reply): Admission => {
    session.forget();
    return refuse(refusal);
  };
  // Without `authorize` the context's type is `undefined`, its default.
  if (authorize === undefined) return bind(undefined as Context);

  const decide = (answer: Context | Response): Admission => {
    if (!isResponse(answer)) return bind(answer);
    const { status } = answer;
    server.log({ level: "info", event: "refuse", reason: "authorize", status });
    return fail({ status, headers: {}, body: null, response: answer });
  };
  const report = (cause: unknown): Admission => {
    server.report(new SockJSError("ERR_SOCKJS_AUTHORIZE", "Cannot authorize: it threw", { cause }));
    return fail(plainText(500, "Internal error\n"));
  };
  try {
    const answer = authorize(request.value);
    return isPromise(answer) ? answer.then(decide, report) : decide(answer);
  } catch (cause) {
    return report(cause);
  }
}

/** The answer to a request whose origin is not allowed, or nothing (RFC 6454; ARCHITECTURE.md, "Security"). */
export function refuseOrigin<Context>(
  server: ServerState<Context>,
  incoming: Incoming,
): Reply | undefined {
  try {
    if (isAllowedOrigin(server.options.origins, incoming)) return undefined;
  } catch (cause) {
    const message = 'Cannot judge origin: option "origins" threw';
    server.report(new SockJSError("ERR_SOCKJS_AUTHORIZE", message, { cause }));
    return plainText(500, "Internal error\n");
  }
  server.log({ level: "warn", event: "refuse", reason: "origin" });
  return plainText(403, "Origin not allowed\n", { Vary: "Origin" });
}

/**
 * The answer to a page that may not frame the iframe page, or nothing: what runs in the frame is of the server's own origin.
 * Where no `frame-ancestors` can name who may, a request must say where it comes from.
 */
export function refuseFraming<Context>(
  server: ServerState<Context>,
  incoming: Incoming,
): Reply | undefined {
  const { origins } = server.options;
  const browserJudges = origins === "*" || toFrameAncestors(origins) !== undefined;
  if (browserJudges || saysWhence(incoming)) return refuseOrigin(server, incoming);
  server.log({ level: "warn", event: "refuse", reason: "origin" });
  return plainText(403, "Origin not allowed\n", { Vary: "Origin" });
}

const RETRY_AFTER = { "Retry-After": "5" } as const;

function shuttingDown(): Reply {
  return plainText(503, "Server is shutting down\n", RETRY_AFTER);
}

function refuse(refusal: Reply): { readonly ok: false; readonly refusal: Reply } {
  return { ok: false, refusal };
}

/** By shape: frameworks replace the global `Response`, so `instanceof` would miss theirs. */
function isResponse(value: unknown): value is Response {
  return (
    typeof value === "object" &&
    value !== null &&
    "status" in value &&
    typeof value.status === "number" &&
    "headers" in value &&
    "body" in value &&
    "arrayBuffer" in value
  );
}

function isPromise<T>(value: T | Promise<T>): value is Promise<T> {
  return isThenable(value);
}
