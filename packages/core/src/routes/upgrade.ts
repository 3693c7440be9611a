import { admit, refuseOrigin } from "./admission.ts";
import { addSessionCookie } from "../http/cookie.ts";
import { SockJSError } from "../options/errors.ts";
import { plainText, type Incoming, type Reply } from "../http/replies.ts";
import type { ServerState } from "../connection/connections.ts";
import { andThen } from "../time/thenable.ts";
import { handshakeError } from "../seam/socket.ts";
import type { Transport } from "../transports/transport.ts";
import { socketSettings, WebSocketListener } from "../session/websocket-listener.ts";

/** Answers a request for a WebSocket. */
export type Upgrade = (incoming: Incoming) => Reply | Promise<Reply>;

/**
 * Makes what answers requests for the WebSockets of one transport: it checks the handshake and the origin, then has the
 * runtime upgrade (protocol, section 6).
 */
export function createUpgrade<Context>(
  server: ServerState<Context>,
  transport: Transport,
): Upgrade {
  const { options } = server;
  const settings = socketSettings(transport, options);
  return (incoming) => {
    const wrong = handshakeError(incoming) ?? refuseOrigin(server, incoming);
    if (wrong !== undefined) return wrong;
    const { upgrade } = incoming;
    if (upgrade === undefined) return plainText(501, "This server cannot upgrade to a WebSocket\n");
    const headers: Record<string, string> = {};
    addSessionCookie(headers, incoming, options);
    const own = "Set-Cookie" in headers ? { ...settings, headers } : settings;
    return andThen(admit(server, incoming, undefined, transport.name), (admission) => {
      if (!admission.ok) return admission.refusal;
      const { session } = admission;
      try {
        return upgrade(new WebSocketListener(session, transport, own, options.maxMessageSize));
      } catch (cause) {
        session.forget();
        const message = cause instanceof Error ? cause.message : "Cannot upgrade";
        server.report(new SockJSError("ERR_SOCKJS_UPGRADE", message, { cause }));
        return plainText(500, `${message}\n`);
      }
    });
  };
}
