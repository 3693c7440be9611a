import { createHash } from "node:crypto";
import { encodeHead, type RequestParts } from "./request.ts";

/** The key of RFC 6455's own example. */
export const WEBSOCKET_KEY = "dGhlIHNhbXBsZSBub25jZQ==";

/** Headers of a correct opening handshake; spread it and replace what a test is about. */
export const HANDSHAKE_HEADERS: Readonly<Record<string, string>> = {
  Upgrade: "websocket",
  Connection: "Upgrade",
  "Sec-WebSocket-Key": WEBSOCKET_KEY,
  "Sec-WebSocket-Version": "13",
};

/** `Sec-WebSocket-Accept` for a key, RFC 6455 section 4.2.2. */
export function acceptValue(key: string): string {
  return createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest("base64");
}

/** The bytes of an opening handshake. */
export function encodeHandshake(path: string, parts: RequestParts = {}): string {
  return encodeHead(path, { headers: HANDSHAKE_HEADERS, ...parts });
}
