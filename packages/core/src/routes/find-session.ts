import { identify } from "./identify.ts";
import { remoteAddress } from "../http/remote-address.ts";
import type { Incoming } from "../seam/exchange.ts";
import type { Session } from "../session/session.ts";
import type { ServerParts } from "./server-parts.ts";

/**
 * The session of an id, unless it is not theirs who ask: it was opened from another address, or by another identity, and the
 * options `verifyAddress` and `identity` mind that. An address that is not known is nobody's.
 */
export function findSession(
  parts: ServerParts,
  id: string,
  incoming: Incoming,
): Session | "not theirs" | undefined {
  const { sessions, options, identities } = parts;
  const session = sessions.get(id);
  if (session === undefined) return undefined;
  const { verifyAddress, trustProxy, identity } = options;
  if (verifyAddress) {
    const address = remoteAddress(incoming, trustProxy);
    if (address === undefined || address !== session.remoteAddress) return "not theirs";
  }
  const isTheirs = identity === undefined || identify(parts, incoming) === identities.get(session);
  return isTheirs ? session : "not theirs";
}
