import { checkCloseCode, SERVER_GONE } from "../options/errors.ts";
import { checkDelay } from "../options/options.ts";

/** How a server ends. */
export interface CloseOptions {
  /** Close code that every connection gets. @default 1001 */
  readonly code?: number;
  /** Reason that every connection gets. @default "Server is shutting down" */
  readonly reason?: string;
  /** Milliseconds after which the connections that are left are cut; 0 cuts at once. @default 5000 (5 s) */
  readonly timeout?: number;
}

/**
 * Fills in the defaults and checks every value.
 *
 * @throws {TypeError} naming the option that is wrong.
 * @throws {RangeError} when the code is not a whole number from 1000 to 4999.
 */
export function resolveCloseOptions(options: CloseOptions): Required<CloseOptions> {
  const { code = SERVER_GONE.code, reason = SERVER_GONE.reason } = options;
  checkCloseCode(code, reason);
  return {
    code,
    reason,
    timeout: options.timeout === 0 ? 0 : checkDelay("timeout", options.timeout, 5000),
  };
}
