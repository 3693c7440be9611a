import type { TextReply } from "../seam/exchange.ts";

/** Shows a person or a health check that the service is there (protocol, section 1). */
export function greeting(): TextReply {
  return {
    kind: "text",
    status: 200,
    headers: { "Content-Type": "text/plain; charset=UTF-8", "X-Content-Type-Options": "nosniff" },
    body: "Welcome to SockJS!\n",
  };
}
