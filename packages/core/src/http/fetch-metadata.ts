import type { Incoming, RequestMarks } from "../seam/exchange.ts";

/**
 * Whether a request to a session URL is made as its transport makes it. Whoever makes a URL chooses the session id in it: a
 * link or an image on another page would open a session as the visitor, which its maker then takes over. Plain http and old
 * browsers send no `Sec-Fetch-*`: there a GET is judged by `Accept` alone, which every browser sends.
 */
export function isMadeByTransport(incoming: Incoming, marks: RequestMarks): boolean {
  const mode = incoming.header("sec-fetch-mode");
  const destination = incoming.header("sec-fetch-dest");
  // The address bar, or a link in a mail; but what an extension fetches says so as well, and names its origin.
  const isFetched = mode === "cors" && incoming.header("origin") !== undefined;
  if (incoming.header("sec-fetch-site") === "none" && !isFetched) return false;
  if (destination !== undefined && !marks.destinations.includes(destination)) return false;
  if (destination === "empty" && mode !== undefined && mode !== marks.mode) return false;
  const accept = incoming.header("accept");
  if (incoming.method !== "GET" || accept === undefined || marks.accept === undefined) return true;
  return marks.accept.test(accept);
}

/** Whether nothing in a request tells that its transport has made it. */
export function isUntold(incoming: Incoming, marks: RequestMarks): boolean {
  const isPlainGet = incoming.method === "GET" && incoming.header("upgrade") === undefined;
  return (
    isPlainGet && incoming.header("sec-fetch-dest") === undefined && marks.accept === undefined
  );
}
