import { SessionConnection } from "./connection.ts";
import { SockJSError } from "./errors.ts";
import { plainText, type Incoming, type Reply } from "./http.ts";
import { isAllowedOrigin, withoutForeignCredentials } from "./origin.ts";
import type { ServerState } from "./server-state.ts";
import { Session } from "./session.ts";
import type { TransportName } from "./transport-name.ts";

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
  if (server.closing) return refuse(plainText(503, "Server is shutting down\n", RETRY_AFTER));
  if (server.sessionCount >= server.options.maxSessions) {
    server.log({ level: "warn", event: "refuse", reason: "maxSessions" });
    return refuse(plainText(503, "Too many sessions\n", RETRY_AFTER));
  }
  const address = server.addressOf(incoming);
  const session = new Session(id, address, server);
  server.add(session);
  const { authorize, origins } = server.options;
  const makeRequest = incoming.snapshot();
  const request = (): Request => withoutForeignCredentials(makeRequest(), origins);
  const bind = (context: Context): Admission => {
    const connection = new SessionConnection(server, {
      session,
      transport,
      request,
      remoteAddress: address,
      context,
    });
    session.bind(connection);
    return { ok: true, session };
  };
  // Without `authorize` the context's type is `undefined`, its default.
  if (authorize === undefined) return bind(undefined as Context);

  const decide = (answer: Context | Response): Admission => {
    if (!isResponse(answer)) return bind(answer);
    session.forget();
    server.log({ level: "info", event: "refuse", reason: "authorize", status: answer.status });
    return refuse({ status: answer.status, headers: {}, body: null, response: answer });
  };
  const fail = (cause: unknown): Admission => {
    session.forget();
    server.report(new SockJSError("ERR_SOCKJS_AUTHORIZE", "Cannot authorize: it threw", { cause }));
    return refuse(plainText(500, "Internal error\n"));
  };
  try {
    const answer = authorize(request());
    return isPromise(answer) ? answer.then(decide, fail) : decide(answer);
  } catch (cause) {
    return fail(cause);
  }
}

/** The answer to a request whose origin is not allowed, or nothing (RFC 6454; design: "Security"). */
export function refuseOrigin<Context>(
  server: ServerState<Context>,
  incoming: Incoming,
): Reply | undefined {
  if (isAllowedOrigin(server.options.origins, incoming)) return undefined;
  server.log({ level: "warn", event: "refuse", reason: "origin" });
  return plainText(403, "Origin not allowed\n", { Vary: "Origin" });
}

const RETRY_AFTER = { "Retry-After": "5" } as const;

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
  return (
    typeof value === "object" &&
    value !== null &&
    "then" in value &&
    typeof value.then === "function"
  );
}
