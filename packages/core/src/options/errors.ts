/** What a failure was about. Stable: programs may compare it, messages may change. */
export type SockJSErrorCode =
  | "ERR_SOCKJS_HOOK" // a hook of the application threw or rejected
  | "ERR_SOCKJS_AUTHORIZE" // `authorize` threw or rejected, or `origins` threw
  | "ERR_SOCKJS_UPGRADE" // the runtime could not upgrade a valid WebSocket request
  | "ERR_SOCKJS_INTERNAL"; // a defect of this library

/** Given to {@link Options.onError}: something failed that no browser and no wrong call is to blame for. */
export class SockJSError extends Error {
  /** What failed. */
  readonly code: SockJSErrorCode;

  /** `options.cause` is what was thrown. */
  constructor(code: SockJSErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = "SockJSError";
    this.code = code;
  }
}

/** A close code with the reason that goes with it, as in the frame `c[code,"reason"]`. */
export interface CloseReason {
  readonly code: number;
  readonly reason: string;
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
