import { admit, refuseOrigin } from "./admission.ts";
import { addSessionCookie } from "../http/cookie.ts";
import {
  addCorsHeaders,
  noStoreHeaders,
  notFound,
  type Incoming,
  type Reply,
} from "../http/replies.ts";
import { ONE_FRAME, Receiver } from "../session/receiver.ts";
import type { ServerState } from "../connection/connections.ts";
import type { Session } from "../session/session.ts";
import { andThen } from "../time/thenable.ts";
import type { ResponseTransport } from "../transports/response-transport.ts";

/** Answers a receiving request: opens the session or goes on with it (protocol, sections 4 to 6). */
export function receive<Context>(
  server: ServerState<Context>,
  incoming: Incoming,
  sessionId: string,
  transport: ResponseTransport,
): Reply | Promise<Reply> {
  const wrongOrigin = refuseOrigin(server, incoming);
  if (wrongOrigin !== undefined) return wrongOrigin;
  const headers = responseHeaders(server, incoming, transport);
  const answer = (session: Session): Reply => {
    incoming.liftTimeout();
    return { status: 200, headers, body: createReceiver(server, session, transport) };
  };
  const session = server.find(sessionId, incoming);
  if (session === "elsewhere") return notFound();
  if (session !== undefined) return answer(session);
  return andThen(admit(server, incoming, sessionId, transport.name), (admission) =>
    admission.ok ? answer(admission.session) : admission.refusal,
  );
}

function createReceiver<Context>(
  server: ServerState<Context>,
  session: Session,
  transport: ResponseTransport,
): Receiver {
  return new Receiver(
    session,
    transport,
    transport.streaming ? server.options.responseLimit : ONE_FRAME,
  );
}

function responseHeaders<Context>(
  server: ServerState<Context>,
  incoming: Incoming,
  transport: ResponseTransport,
): Record<string, string> {
  const headers = noStoreHeaders();
  headers["Content-Type"] = transport.contentType;
  headers["X-Accel-Buffering"] = "no"; // nginx: pass each frame on at once
  addCorsHeaders(headers, incoming);
  addSessionCookie(headers, incoming, server.options);
  return headers;
}
