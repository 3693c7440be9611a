import { notFound } from "../http/replies.ts";
import type { FramesReply, Incoming, Reply } from "../seam/exchange.ts";
import { ONE_FRAME, Receiver } from "../session/receiver.ts";
import type { Session } from "../session/session.ts";
import { andThen } from "../time/thenable.ts";
import type { ResponseTransport } from "../transports/transport.ts";
import { admit } from "./admission.ts";
import { findSession } from "./find-session.ts";
import { refuseSession, sessionHeaders, withHeaders } from "./gate.ts";
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
    return new FramesAnswer(parts, headers, new Receiver(session, transport, limitBytes));
  };
  const session = findSession(parts, sessionId, incoming);
  if (session === "not theirs") return withHeaders(notFound(), headers);
  if (session !== undefined) return answer(session);
  return andThen(admit(parts, incoming, sessionId, transport), (admission) =>
    admission.ok ? answer(admission.session) : withHeaders(admission.refusal, headers),
  );
}

/** Frames to come, and the headers that go before them: a poll's are written with its frame. */
class FramesAnswer implements FramesReply {
  readonly source: Receiver;
  readonly #parts: ServerParts;
  readonly #headers: Record<string, string>;

  constructor(parts: ServerParts, headers: Record<string, string>, source: Receiver) {
    this.source = source;
    this.#parts = parts;
    this.#headers = headers;
  }

  get kind(): "frames" {
    return "frames";
  }

  get headers(): Readonly<Record<string, string>> {
    if (this.#parts.sessions.closing) this.#headers["Connection"] = "close"; // nothing to count on
    return this.#headers;
  }
}
