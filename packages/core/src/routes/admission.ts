import { identify } from "./identify.ts";
import { LinkedConnection } from "../connection/linked-connection.ts";
import { OpeningRequest } from "../connection/opening-request.ts";
import { sendsOwnCredentials } from "../http/origin.ts";
import { remoteAddress } from "../http/remote-address.ts";
import { plainText } from "../http/replies.ts";
import { SockJSError } from "../options/errors.ts";
import type { Incoming, Reply } from "../seam/exchange.ts";
import { Session } from "../session/session.ts";
import { isThenable } from "../time/thenable.ts";
import type { Transport } from "../transports/transport.ts";
import type { ServerParts } from "./server-parts.ts";

/** A connection that may open, or the answer that refuses it. */
export type Admission =
  | { readonly ok: true; readonly session: Session }
  | { readonly ok: false; readonly refusal: Reply };

/**
 * Decides whether a new session opens: capacity, then the application's `authorize`. The id is held from the start, so
 * that nobody can take it while an async `authorize` runs; nothing but the id exists until it has agreed.
 */
export function admit(
  parts: ServerParts,
  incoming: Incoming,
  id: string | undefined,
  transport: Transport,
): Admission | Promise<Admission> {
  const { sessions, connections, reporter, options } = parts;
  if (sessions.closing) return refuse(shuttingDown());
  if (sessions.size >= options.maxSessions) {
    reporter.log({ level: "warn", event: "refuse", reason: "maxSessions" });
    return refuse(plainText(503, "Too many sessions\n", RETRY_AFTER));
  }
  const { authorize, origins, trustProxy, identity } = options;
  const address = remoteAddress(incoming, trustProxy);
  if (options.verifyAddress && address === undefined) {
    reporter.log({ level: "warn", event: "refuse", reason: "address not known" });
    return refuse(plainText(403, "Address not known\n"));
  }
  const request = new OpeningRequest(
    incoming.snapshot(),
    sendsOwnCredentials(origins, incoming, transport),
  );

  const who = identify(parts, incoming);
  const session = new Session(id, address, sessions);
  sessions.add(session);
  if (identity !== undefined) parts.identities.set(session, who);
  const bind = (context: unknown): Admission => {
    if (sessions.closing || session.state === "gone") return fail(shuttingDown());
    if (incoming.gone) return fail(plainText(400, "Request ended early\n"));
    const link = {
      link: session,
      transport: transport.name,
      request,
      remoteAddress: address,
      context,
    };
    session.bind(new LinkedConnection(connections, link));
    return { ok: true, session };
  };
  const fail = (refusal: Reply): Admission => {
    session.forget();
    return refuse(refusal);
  };
  if (authorize === undefined) return bind(undefined);

  const decide = (answer: unknown): Admission => {
    if (!isResponse(answer)) return bind(answer);
    reporter.log({
      level: "info",
      event: "refuse",
      reason: "authorize",
      status: answer.status,
    });
    return fail({ kind: "response", response: answer });
  };
  const report = (cause: unknown): Admission => {
    reporter.report(
      new SockJSError("ERR_SOCKJS_AUTHORIZE", "Cannot authorize: it threw", { cause }),
    );
    return fail(plainText(500, "Internal error\n"));
  };
  try {
    const answer = authorize(request.value);
    // Made a promise of the engine's own: whatever else has a `then` need not keep the rules.
    return isThenable(answer) ? Promise.resolve(answer).then(decide).catch(report) : decide(answer);
  } catch (cause) {
    return report(cause);
  }
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
