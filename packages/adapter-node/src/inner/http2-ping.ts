import type { Http2Session } from "node:http2";

/** How long a session may leave a ping without an answer, and how often one is sent, in milliseconds. */
const PING_TIMEOUT_MS = 30_000;

const LAST: unique symbol = Symbol("last ping of a session");

interface Ping {
  readonly sentAt: number;
  isAnswered: boolean;
}

/**
 * Pings the other end of a session, and ends it when it has not answered the ping before. To be called whenever a stream of it
 * is to be written to, so that a receiver's heartbeats are the clock. Node, up to version 24, stops reading from a connection
 * whose peer has broken the protocol, and never hears that it has gone: its receivers would stay for good.
 */
export function pingSession(session: Http2Session & { [LAST]?: Ping }): void {
  const now = performance.now();
  const last = session[LAST];
  if (last !== undefined && now - last.sentAt < PING_TIMEOUT_MS) return;
  if (last?.isAnswered === false) {
    setImmediate(() => session.destroy()); // its streams end at once, and whoever writes is not to be called back
    return;
  }
  const ping = { sentAt: now, isAnswered: false };
  session[LAST] = ping;
  const answered = (): void => {
    ping.isAnswered = true;
  };
  if (!session.ping(answered)) answered(); // the application waits for as many as Node allows
}
