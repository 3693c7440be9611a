import type { Incoming } from "../seam/exchange.ts";

/** What a browser says of a request that is made as its transport makes it. */
export interface RequestMarks {
  /** `Sec-Fetch-Dest` (Fetch Metadata): what the browser wants the answer for. */
  readonly destinations: readonly string[];
  /** What `Accept` must be where there is no `Sec-Fetch-Dest`; absent where nothing tells. */
  readonly accept?: RegExp;
}

/**
 * Whether a request to a session URL is made as its transport makes it. Whoever makes a URL chooses the session id in it: a
 * link or an image on another page would open a session as the visitor, which its maker then takes over. Plain http and old
 * browsers send no `Sec-Fetch-*`: there a GET is judged by `Accept`, which every browser sends.
 */
export function isMadeByTransport(incoming: Incoming, marks: RequestMarks): boolean {
  if (incoming.header("sec-fetch-site") === "none") return false; // the address bar, or a link in a mail
  const destination = incoming.header("sec-fetch-dest");
  if (destination !== undefined) return marks.destinations.includes(destination);
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
