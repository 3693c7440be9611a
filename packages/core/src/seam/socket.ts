import { plainText, type Incoming, type Reply } from "../http/replies.ts";
import type { FrameSource, Sink } from "./sink.ts";

/** The writable end of a WebSocket, supplied by an adapter. */
export interface SocketSink extends Sink {
  /** Grows with every byte or frame that came in, pongs included; compared, never interpreted. */
  readonly inboundCount: number;
  /** Sends a ping. Absent where the runtime pings by itself ({@link SocketSettings.heartbeatDelay}). */
  ping?(): void;
  /** Stops reading until `resume`. Absent where the runtime cannot. */
  pause?(): void;
  /** Reads again. Present where `pause` is. */
  resume?(): void;
  /** Whether reading has stopped: pongs are not seen then. */
  readonly isPaused?: boolean;
}

/** What a WebSocket's events go to. */
export interface SocketListener extends FrameSource {
  /** What the socket is to be made with. */
  readonly settings: SocketSettings;
  /** Called once, when the socket is open. */
  start(sink: SocketSink): void;
  /** A text message came. */
  message(text: string): void;
  /** A binary message came. */
  binary(): void;
  /** The socket has closed, unless the listener ended it. 1006 and `wasClean` false where no close frame came. */
  closed(code: number, reason: string, wasClean: boolean): void;
}

/** What a runtime needs to know for one WebSocket; milliseconds and bytes. */
export interface SocketSettings {
  /** A larger message closes the socket with 1009. */
  readonly maxPayload: number;
  /** See the option of the same name: time between two pings, in milliseconds. */
  readonly heartbeatDelay: number;
  /** See the option of the same name: longest wait for a sign of life, in milliseconds. */
  readonly pongTimeout: number;
  /** Further headers of the answer that upgrades. */
  readonly headers: Readonly<Record<string, string>>;
}

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
