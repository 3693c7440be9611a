import { remoteAddress } from "../http/remote-address.ts";
import type { Incoming } from "../seam/exchange.ts";
import type { Session } from "../session/session.ts";
import type { ServerParts } from "./server-parts.ts";

/** The session of an id, unless it was opened from another address and the option `verifyAddress` minds that. */
export function findSession(
  { sessions, options }: ServerParts,
  id: string,
  incoming: Incoming,
): Session | "wrong address" | undefined {
  const session = sessions.get(id);
  if (session === undefined || !options.verifyAddress) return session;
  const address = remoteAddress(incoming, options.trustProxy);
  return address === session.remoteAddress ? session : "wrong address";
}
