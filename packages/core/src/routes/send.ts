import { refuseOrigin } from "./admission.ts";
import { addSessionCookie } from "../http/cookie.ts";
import { SockJSError } from "../options/errors.ts";
import {
  addCorsHeaders,
  noStoreHeaders,
  notFound,
  plainText,
  type Incoming,
  type Reply,
} from "../http/replies.ts";
import { decodePayload, maxMessages } from "../wire/json.ts";
import type { ServerState } from "../connection/connections.ts";
import type { Session } from "../session/session.ts";
import { utf8Length } from "../wire/utf8.ts";

/** What differs between the two sending requests. */
export interface SendingTransport {
  /** The JSON in a body that has been read as UTF-8. */
  payload(incoming: Incoming, body: string): string;
  reply(headers: Record<string, string>): Reply;
}

/**
 * Answers a sending request: hands its messages to the session, all or none, and answers once the application has room for
 * more (protocol, section 6; ARCHITECTURE.md, "Choices"). An unknown session is refused before the body is read.
 */
export function send<Context>(
  server: ServerState<Context>,
  incoming: Incoming,
  sessionId: string,
  transport: SendingTransport,
): Reply | Promise<Reply> {
  const wrongOrigin = refuseOrigin(server, incoming);
  if (wrongOrigin !== undefined) return wrongOrigin;
  const headers = noStoreHeaders();
  addCorsHeaders(headers, incoming);
  addSessionCookie(headers, incoming, server.options);
  const refuse = (reply: Reply): Reply => ({ ...reply, headers: { ...headers, ...reply.headers } });

  const session = server.find(sessionId, incoming);
  if (session === undefined || session === "elsewhere" || !isOpen(session)) {
    return refuse(notFound());
  }
  if (incoming.bodyTaken) {
    server.report(new SockJSError("ERR_SOCKJS_INTERNAL", BODY_TAKEN));
    return refuse(plainText(500, "Internal error\n"));
  }
  const turn = session.sendTurns.enter();
  if (turn === "too many") return refuse(plainText(503, "Too many requests at once\n"));
  return handOver(server, incoming, session, transport, turn).then((refusal) =>
    refusal === undefined ? transport.reply(headers) : refuse(refusal),
  );
}

/**
 * Reads a payload once it is its turn, checks all of it and hands it on; returns the answer that refuses it, if anything is
 * wrong.
 */
async function handOver<Context>(
  server: ServerState<Context>,
  incoming: Incoming,
  session: Session,
  transport: SendingTransport,
  turn: Promise<void> | undefined,
): Promise<Reply | undefined> {
  const { maxBodySize, maxMessageSize } = server.options;
  try {
    if (turn !== undefined) await turn;
    if (!isOpen(session)) return notFound(); // it may have closed meanwhile
    const body = await incoming.readBody(maxBodySize).catch(() => "ended early" as const);
    if (body === "ended early") return plainText(400, "Payload ended early\n");
    if (body === undefined) return plainText(413, `Payload larger than ${maxBodySize} bytes\n`);
    const text = decodeUtf8(body);
    if (text === undefined) return plainText(500, "Broken JSON encoding.\n");
    const payload = decodePayload(transport.payload(incoming, text));
    if (!payload.ok) return plainText(500, `${payload.error}\n`);
    const isTooBig = (message: string): boolean => utf8Length(message) > maxMessageSize;
    if (body.byteLength > maxMessageSize && payload.messages.some(isTooBig)) {
      return plainText(413, `Message larger than ${maxMessageSize} bytes\n`);
    }
    if (payload.messages.length > maxMessages(maxBodySize)) {
      return plainText(413, `More than ${maxMessages(maxBodySize)} messages\n`);
    }
    if (!isOpen(session)) return notFound(); // it may have closed while the body came
    const room = session.receive(payload.messages);
    if (room !== undefined) await room;
    return undefined;
  } finally {
    session.sendTurns.leave();
  }
}

const BODY_TAKEN =
  "Cannot read request: its body was read before it came here. Put the SockJS server above whatever reads bodies";

function isOpen(session: Session): boolean {
  return session.state === "open";
}

const DECODER = new TextDecoder("utf-8", { fatal: true });

function decodeUtf8(bytes: Uint8Array | ArrayBuffer): string | undefined {
  try {
    return DECODER.decode(bytes);
  } catch {
    return undefined; // not UTF-8
  }
}
