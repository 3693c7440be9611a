import { utf8Length } from "./utf8.ts";

/** A close code with the reason that goes with it, as in the frame `c[code,"reason"]`. */
export interface CloseReason {
  readonly code: number;
  readonly reason: string;
}

/** How a connection ended, as its `close` hook is told. */
export interface CloseInfo {
  /** Close code; 1006 where the browser vanished. */
  readonly code: number;
  /** Close reason, in the words of whoever closed. */
  readonly reason: string;
  /** Whether both sides knew: false when the connection broke or timed out. */
  readonly wasClean: boolean;
}

/** How a server ends. */
export interface CloseOptions {
  /** Close code that every connection gets. @default 1001 */
  readonly code?: number;
  /** Reason that every connection gets. @default "Server is shutting down" */
  readonly reason?: string;
  /**
   * Milliseconds the end may take, at most half of them for what hooks still work on. What is left after that is cut; 0 waits
   * for nobody.
   *
   * @default 5000 (5 s)
   */
  readonly timeout?: number;
}

/** The application's close when it names no code (protocol, section 5.6). */
export const GO_AWAY: CloseReason = { code: 3000, reason: "Go away!" };
/** A second receiver came while one is attached (protocol, section 5.3). */
export const ANOTHER_CONNECTION: CloseReason = {
  code: 2010,
  reason: "Another connection still open",
};
/** The receiver's connection broke; told to whoever comes next (protocol, section 5.4). */
export const INTERRUPTED: CloseReason = { code: 1002, reason: "Connection interrupted" };
/** The server ends (RFC 6455, section 7.4.1: going away). */
export const SERVER_GONE: CloseReason = { code: 1001, reason: "Server is shutting down" };
/** The receiver went, or none came for `disconnectDelay`: what the application is told (RFC 6455: 1006). */
export const ABNORMAL: CloseReason = { code: 1006, reason: "Connection lost" };
/** The same, as its `close` hook is told. */
export const LOST: CloseInfo = { ...ABNORMAL, wasClean: false };
/** A message or a body over its limit (RFC 6455: 1009). */
export const TOO_BIG: CloseReason = { code: 1009, reason: "Message too big" };
/** A hook of the application failed (RFC 6455: 1011). */
export const HOOK_FAILED: CloseReason = { code: 1011, reason: "Internal error" };
/** More unsent or unread data than allowed (RFC 6455 registry: 1013, try again later). */
export const OVERLOADED: CloseReason = { code: 1013, reason: "Too much data waiting" };

/**
 * Checks what an application wants to close with.
 *
 * @throws {RangeError} when the code is not a whole number from 1000 to 4999.
 * @throws {TypeError} when the reason is not a string.
 */
export function checkCloseCode(code: number, reason: string): void {
  if (!Number.isInteger(code) || code < 1000 || code > 4999) {
    throw new RangeError("Cannot close: code must be a whole number from 1000 to 4999");
  }
  if (typeof reason !== "string") throw new TypeError("Cannot close: reason must be a string");
}

const MAX_REASON_BYTES = 123; // RFC 6455, section 5.5: a control frame holds 125 bytes, two of them the code

/**
 * A close that every WebSocket can send: 1000 and 3000–4999 with their reason, as in the WebSocket API, and 1009, which a
 * runtime sends by itself where its own limit is met first; anything else as 1000 without.
 */
export function toWebSocketClose(code: number, reason: string): [code: number, reason: string] {
  const allowed = code === 1000 || code === TOO_BIG.code || (code >= 3000 && code <= 4999);
  if (!allowed) return [1000, ""];
  if (utf8Length(reason) <= MAX_REASON_BYTES) return [code, reason];
  const characters = Array.from(reason.slice(0, MAX_REASON_BYTES));
  while (utf8Length(characters.join("")) > MAX_REASON_BYTES) characters.pop();
  return [code, characters.join("")];
}
