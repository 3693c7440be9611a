import { notFound, plainText } from "../http/replies.ts";
import { SockJSError } from "../options/errors.ts";
import type { Incoming, Reply, TextReply } from "../seam/exchange.ts";
import type { Session } from "../session/session.ts";
import type { SendingTransport } from "../transports/transport.ts";
import { decodePayload, maxMessages } from "../wire/json.ts";
import { utf8Length } from "../wire/utf8.ts";
import { findSession } from "./find-session.ts";
import { refuseSession, sessionHeaders, withHeaders } from "./gate.ts";
import type { ServerParts } from "./server-parts.ts";

/**
 * Answers a sending request: hands its messages to the session, all or none, and answers once the application has room for
 * more (protocol, section 6; ARCHITECTURE.md, "Choices"). An unknown session is refused before the body is read.
 */
export function send(
  parts: ServerParts,
  incoming: Incoming,
  sessionId: string,
  transport: SendingTransport,
): Reply | Promise<Reply> {
  const refusal = refuseSession(parts, incoming, transport);
  if (refusal !== undefined) return refusal;
  const headers = sessionHeaders(parts, incoming);
  const refuse = (reply: TextReply): Reply => withHeaders(reply, headers);

  const session = findSession(parts, sessionId, incoming);
  if (session === undefined || session === "not theirs") return refuse(notFound());
  if (!mayStillSend(session)) {
    // A page that has sent and is refused reads no close frame any more, and this may be the faster of two connections.
    if (session.farewell === "given") return afterFarewell().then(() => refuse(notFound()));
    return refuse(notFound());
  }
  if (expectsMore(incoming)) return refuse(plainText(417, "Expectation failed\n"));
  if (incoming.bodyTaken) {
    parts.reporter.report(new SockJSError("ERR_SOCKJS_INTERNAL", BODY_TAKEN));
    return refuse(plainText(500, "Internal error\n"));
  }
  const turn = session.sendTurns.enter();
  if (turn === "too many") return refuse(plainText(503, "Too many requests at once\n"));
  return handOver(parts, incoming, session, transport, turn).then((wrong) =>
    wrong === undefined ? transport.reply(headers) : refuse(wrong),
  );
}

/**
 * Reads a payload once it is its turn, checks all of it and hands it on; returns the answer that refuses it, if anything is
 * wrong.
 */
async function handOver(
  parts: ServerParts,
  incoming: Incoming,
  session: Session,
  transport: SendingTransport,
  turn: Promise<void> | undefined,
): Promise<TextReply | undefined> {
  const { maxBodySize, maxMessageSize } = parts.options;
  try {
    if (turn !== undefined) await turn;
    if (hasLeft(session)) return notFound(); // meanwhile
    const upload = parts.uploads.begin(incoming, session);
    const body = await incoming.readBody(maxBodySize).catch(() => "ended early" as const);
    parts.uploads.end(upload);
    if (upload.isStalled) return plainText(408, "Payload stopped coming\n", CLOSE);
    if (session.state !== "open") return hasLeft(session) ? notFound() : undefined; // accepted, and dropped
    if (body === "ended early") return plainText(400, "Payload ended early\n");
    if (body === undefined) return plainText(413, `Payload larger than ${maxBodySize} bytes\n`);
    const text = decodeUtf8(body);
    if (text === undefined) return plainText(500, "Broken JSON encoding.\n");
    const json = transport.payload(incoming, text);
    if (json === undefined) return plainText(500, "Broken JSON encoding.\n");
    const payload = decodePayload(json);
    if (!payload.ok) return plainText(500, `${payload.error}\n`);
    const isTooBig = (message: string): boolean => utf8Length(message) > maxMessageSize;
    if (body.byteLength > maxMessageSize && payload.messages.some(isTooBig)) {
      return plainText(413, `Message larger than ${maxMessageSize} bytes\n`);
    }
    if (payload.messages.length > maxMessages(maxBodySize)) {
      return plainText(413, `More than ${maxMessages(maxBodySize)} messages\n`);
    }
    const room = session.receive(payload.messages);
    if (room !== undefined) await room;
    return undefined;
  } finally {
    session.sendTurns.leave();
  }
}

/**
 * Whether sends are accepted: those that come after our side has closed and before the browser has been told are dropped
 * (protocol, section 5.8).
 */
function mayStillSend({ state, farewell }: Session): boolean {
  return state === "open" || state === "closing" || (state === "lingering" && farewell === "due");
}

/** How long a refusal is held back for the close frame that has just been written, on another connection. */
const FAREWELL_MS = 200;

function afterFarewell(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, FAREWELL_MS));
}

/** Whether the session is over without a close frame. */
function hasLeft({ farewell }: Session): boolean {
  return farewell === "moot";
}

const CLOSE = { Connection: "close" } as const;

const BODY_TAKEN =
  "Cannot read request: its body was read before it came here. Put the SockJS server above whatever reads bodies";

/** Whether a request expects what nobody here can meet (RFC 9110, section 10.1.1). */
function expectsMore(incoming: Incoming): boolean {
  const expected = incoming.header("expect");
  return expected !== undefined && expected.toLowerCase() !== "100-continue";
}

const DECODER = new TextDecoder("utf-8", { fatal: true });

function decodeUtf8(bytes: Uint8Array | ArrayBuffer): string | undefined {
  try {
    return DECODER.decode(bytes);
  } catch {
    return undefined; // not UTF-8
  }
}
