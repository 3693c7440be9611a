/** What a failure was about. Stable: programs may compare it, messages may change. */
export type SockJSErrorCode =
  | "ERR_SOCKJS_HOOK" // a hook of the application threw or rejected
  | "ERR_SOCKJS_AUTHORIZE" // `authorize` threw or rejected, or `origins` threw or returned a promise
  | "ERR_SOCKJS_CALLBACK" // another function of the application threw, or answered with what cannot be used
  | "ERR_SOCKJS_UPGRADE" // the runtime could not upgrade a valid WebSocket request
  | "ERR_SOCKJS_INTERNAL"; // a request or a response that cannot be used, or a defect of this library

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
