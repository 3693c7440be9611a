import { addCorsHeaders, noStoreHeaders, preflight } from "../http/replies.ts";
import type { Incoming, Reply } from "../seam/exchange.ts";
import type { ServerParts } from "./server-parts.ts";

/** What the client asks first: which transports there are (protocol, section 1). Answered at once: it times the round trip. */
export function info(parts: ServerParts, incoming: Incoming): Reply {
  const { transports, jsessionid, baseUrl } = parts.options;
  const headers = noStoreHeaders();
  headers["Content-Type"] = "application/json; charset=UTF-8";
  addCorsHeaders(headers, incoming);
  const body = JSON.stringify({
    websocket: parts.canUpgrade && incoming.canUpgrade !== false && transports.has("websocket"),
    origins: ["*:*"],
    cookie_needed: jsessionid !== false,
    entropy: crypto.getRandomValues(new Uint32Array(1))[0],
    base_url: baseUrl,
  });
  return { kind: "text", status: 200, headers, body };
}

/** The preflight of info (protocol, section 3). */
export function infoPreflight(incoming: Incoming): Reply {
  return preflight(incoming, "OPTIONS, GET", {});
}
