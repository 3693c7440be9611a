import type { Incoming, Reply } from "../seam/exchange.ts";
import { plainText } from "./replies.ts";

/** What is wrong with a WebSocket handshake (RFC 6455, section 4.2.1; protocol, section 6), or nothing. */
export function handshakeError(incoming: Incoming): Reply | undefined {
  if (incoming.header("upgrade")?.toLowerCase() !== "websocket") {
    return badHandshake('Not a valid websocket request: can "Upgrade" only to "WebSocket"\n');
  }
  if (!hasToken(incoming.header("connection"), "upgrade")) {
    return badHandshake('Not a valid websocket request: "Connection" must be "Upgrade"\n');
  }
  if (!/^[+/0-9A-Za-z]{22}==$/.test(incoming.header("sec-websocket-key") ?? "")) {
    return badHandshake(
      'Not a valid websocket request: "Sec-WebSocket-Key" is missing or malformed\n',
    );
  }
  if (incoming.header("sec-websocket-version") !== "13") {
    const headers = { "Sec-WebSocket-Version": "13", Upgrade: "websocket" };
    return plainText(
      426,
      'Not a valid websocket request: "Sec-WebSocket-Version" must be 13\n',
      headers,
    );
  }
  return undefined;
}

function badHandshake(body: string): Reply {
  return plainText(400, body);
}

/** Whether a comma-separated header holds a token, in any case. */
function hasToken(header: string | undefined, token: string): boolean {
  if (header === undefined) return false;
  return header.split(",").some((part) => part.trim().toLowerCase() === token);
}
