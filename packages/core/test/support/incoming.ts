import type { Incoming } from "../../src/http/replies.ts";

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
    upgrade: undefined,
    header: (name) => headers[name],
    readBody: () => Promise.resolve(new Uint8Array()),
    toRequest,
    snapshot: () => toRequest,
    liftTimeout: () => {},
  };
}
