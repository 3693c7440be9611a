import {
  addCorsHeaders,
  noStoreHeaders,
  preflight,
  type Incoming,
  type Reply,
} from "../http/replies.ts";
import type { ServerState } from "../connection/connections.ts";

/** What the client asks first: which transports there are (protocol, section 1). Answered at once: it times the round trip. */
export function info<Context>(server: ServerState<Context>, incoming: Incoming): Reply {
  const { transports, jsessionid, baseUrl } = server.options;
  const headers = noStoreHeaders();
  headers["Content-Type"] = "application/json; charset=UTF-8";
  addCorsHeaders(headers, incoming);
  const body = JSON.stringify({
    websocket: server.canUpgrade && transports.has("websocket"),
    origins: ["*:*"],
    cookie_needed: jsessionid !== false,
    entropy: crypto.getRandomValues(new Uint32Array(1))[0],
    base_url: baseUrl,
  });
  return { status: 200, headers, body };
}

/** The preflight of info (protocol, section 3). */
export function infoPreflight(incoming: Incoming): Reply {
  return preflight(incoming, "OPTIONS, GET", {});
}
