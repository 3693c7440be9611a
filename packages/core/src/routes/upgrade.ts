import { addSessionCookie } from "../http/cookie.ts";
import { handshakeError } from "../http/handshake.ts";
import { plainText } from "../http/replies.ts";
import { SockJSError } from "../options/errors.ts";
import type { Incoming, Reply } from "../seam/exchange.ts";
import { socketSettings, WebSocketListener } from "../session/websocket-listener.ts";
import { andThen } from "../time/thenable.ts";
import type { Transport } from "../transports/transport.ts";
import { admit } from "./admission.ts";
import { refuseSession } from "./gate.ts";
import type { ServerParts } from "./server-parts.ts";

/**
 * Makes what answers requests for the WebSockets of one transport: it checks the handshake and the origin, then has the
 * runtime upgrade (protocol, section 6).
 */
export function createUpgrade(
  parts: ServerParts,
  transport: Transport,
): (incoming: Incoming) => Reply | Promise<Reply> {
  const { options, reporter } = parts;
  const settings = socketSettings(transport, options);
  return (incoming) => {
    const wrong = handshakeError(incoming) ?? refuseSession(parts, incoming, transport);
    if (wrong !== undefined) return wrong;
    const { upgrade } = incoming;
    if (upgrade === undefined) return plainText(501, "This server cannot upgrade to a WebSocket\n");
    const headers: Record<string, string> = {};
    addSessionCookie(headers, incoming, options);
    const own = "Set-Cookie" in headers ? { ...settings, headers } : settings;
    return andThen(admit(parts, incoming, undefined, transport), (admission) => {
      if (!admission.ok) return admission.refusal;
      const { session } = admission;
      try {
        return upgrade(new WebSocketListener(session, transport, own, options.maxMessageSize));
      } catch (cause) {
        session.forget();
        const message = cause instanceof Error ? cause.message : "Cannot upgrade";
        reporter.report(new SockJSError("ERR_SOCKJS_UPGRADE", message, { cause }));
        return plainText(500, `${message}\n`);
      }
    });
  };
}
