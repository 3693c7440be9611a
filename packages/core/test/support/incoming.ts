import type { Incoming, Reply, TextReply } from "../../src/seam/exchange.ts";

/** What a test cares about of a request. */
export interface IncomingInit {
  readonly method?: string;
  readonly path?: string;
  readonly query?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly remoteAddress?: string;
}

/** A request as the core reads it, without a body. Header names are lower case. */
export function createIncoming(init: IncomingInit = {}): Incoming {
  const { method = "GET", path = "/", query = "", headers = {} } = init;
  const toRequest = (): Request =>
    new Request(`http://localhost${path}?${query}`, { method, headers: { ...headers } });
  return {
    method,
    path,
    query,
    remoteAddress: init.remoteAddress,
    gone: false,
    bodyTaken: false,
    receivedCount: 0,
    dropBody: () => {},
    upgrade: undefined,
    header: (name) => headers[name],
    readBody: () => Promise.resolve(new Uint8Array()),
    toRequest,
    snapshot: () => toRequest,
    liftTimeout: () => {},
  };
}

/**
 * A finished answer.
 *
 * @throws {Error} for an answer of another kind.
 */
export function textOf(reply: Reply): TextReply {
  if (reply.kind !== "text") throw new Error(`Not a finished answer: ${reply.kind}`);
  return reply;
}
