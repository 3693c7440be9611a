import { notFound } from "../http/replies.ts";
import type { Incoming, Reply } from "../seam/exchange.ts";
import { ONE_FRAME, Receiver } from "../session/receiver.ts";
import type { Session } from "../session/session.ts";
import { andThen } from "../time/thenable.ts";
import type { ResponseTransport } from "../transports/transport.ts";
import { admit } from "./admission.ts";
import { findSession } from "./find-session.ts";
import { refuseSession, sessionHeaders } from "./gate.ts";
import type { ServerParts } from "./server-parts.ts";

/** Answers a receiving request: opens the session or goes on with it (protocol, sections 4 to 6). */
export function receive(
  parts: ServerParts,
  incoming: Incoming,
  sessionId: string,
  transport: ResponseTransport,
): Reply | Promise<Reply> {
  const refusal = refuseSession(parts, incoming, transport);
  if (refusal !== undefined) return refusal;
  const headers = sessionHeaders(parts, incoming);
  headers["Content-Type"] = transport.contentType;
  headers["X-Accel-Buffering"] = "no"; // nginx: pass each frame on at once
  const answer = (session: Session): Reply => {
    incoming.liftTimeout();
    const limitBytes = transport.streaming ? parts.options.responseLimit : ONE_FRAME;
    return { kind: "frames", headers, source: new Receiver(session, transport, limitBytes) };
  };
  const session = findSession(parts, sessionId, incoming);
  if (session === "not theirs") return notFound();
  if (session !== undefined) return answer(session);
  return andThen(admit(parts, incoming, sessionId, transport), (admission) =>
    admission.ok ? answer(admission.session) : admission.refusal,
  );
}
