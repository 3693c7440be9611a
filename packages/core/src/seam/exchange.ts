import type { CloseOptions } from "../wire/close.ts";
import type { ResponseSource } from "./sink.ts";
import type { SocketListener } from "./socket.ts";

/** The thin view of a request that the core reads; making one costs little where a `Request` costs much. */
export interface Incoming {
  /** In upper case, as it came. */
  readonly method: string;
  /** Path as it came, percent-encoding kept, without query. */
  readonly path: string;
  /** Query without the question mark, empty when there is none. */
  readonly query: string;
  /** The peer's address as the runtime knows it, proxies not considered. */
  readonly remoteAddress: string | undefined;
  /** Whether the connection to us is encrypted: then the scheme that browsers see is known to be https. */
  readonly isSecure?: boolean;
  /** Whether the browser is known to have gone. */
  readonly gone: boolean;
  /** A header by its lower-case name; several of one name joined by commas. */
  header(name: string): string | undefined;
  /** Whether the body was read before the request came here, by a middleware for one. */
  readonly bodyTaken: boolean;
  /**
   * The whole body, at most `limit` bytes; `undefined` when it is larger, with the rest left unread. Rejects when the body
   * ends early.
   */
  readBody(limit: number): Promise<Uint8Array | ArrayBuffer | undefined>;
  /** Gives up a body that is being read: `readBody` rejects. */
  dropBody(): void;
  /** Grows while the body comes, as it is read; compared, never interpreted. */
  readonly receivedCount: number;
  /** The request without its body, for the application. */
  toRequest(): Request;
  /** As `toRequest`, made when called: also when the exchange is over and the runtime has let the request go. */
  snapshot(): () => Request;
  /** Called for a response that may stay idle for long, before it is returned: lifts the runtime's idle time-out. */
  liftTimeout(): void;
  /** Upgrades to a WebSocket; `undefined` where this runtime or this way in has none. */
  readonly upgrade: ((listener: SocketListener) => Reply) | undefined;
  /** `false` where no request of this browser can be upgraded: it speaks HTTP/2 to a server that takes nothing else. */
  readonly canUpgrade?: boolean;
}

/** What browsers say of a request that is made as its transport makes it (Fetch Metadata, `Accept`). */
export interface RequestMarks {
  /** `Sec-Fetch-Dest`: what the browser wants the answer for. */
  readonly destinations: readonly string[];
  /** `Sec-Fetch-Mode` where the destination is `empty`, as it is for prefetching, beacons and service workers, too. */
  readonly mode?: string;
  /** What `Accept` is; absent where it does not tell the transport from a page or a form. */
  readonly accept?: RegExp;
}

/** A plain answer, written by `fetch` as a `Response` or by an adapter straight to its socket. */
export type Reply = TextReply | FramesReply | ReadyReply | UpgradedReply;

/** A finished answer. */
export interface TextReply {
  /** Tells the kinds of reply apart. */
  readonly kind: "text";
  /** Status code. */
  readonly status: number;
  /** Headers by name; those a runtime adds by itself are left out. */
  readonly headers: Readonly<Record<string, string>>;
  /** The body; `null` for an answer that has none. */
  readonly body: string | null;
}

/** An answer whose frames are still to come. */
export interface FramesReply {
  /** Tells the kinds of reply apart. */
  readonly kind: "frames";
  /** Headers by name; those a runtime adds by itself are left out. The status is 200. */
  readonly headers: Readonly<Record<string, string>>;
  /** Fills the body. */
  readonly source: ResponseSource;
}

/** A `Response` that the application has made: its refusal of a connection. */
export interface ReadyReply {
  /** Tells the kinds of reply apart. */
  readonly kind: "response";
  /** The answer as a whole. */
  readonly response: Response;
}

/** The request has become a WebSocket, or its browser went while it was about to: there is nothing left to write. */
export interface UpgradedReply {
  /** Tells the kinds of reply apart. */
  readonly kind: "upgraded";
  /** What the runtime wants to be given back; most want nothing. */
  readonly response: Response | undefined;
}

/** A server's way in for adapters that have no `Request`: the plain request in, the plain answer out. */
export interface InnerServer {
  /** The largest WebSocket message a connection of this server takes, in bytes. */
  readonly maxPayload: number;
  /** Whether a path belongs to the service: `/echoes` does not belong to `/echo`. */
  owns(path: string): boolean;
  /** As `fetch`: never throws and never rejects. */
  handle(incoming: Incoming): Reply | Promise<Reply>;
  /** Reports a failure of the application that the adapter has met, such as a `Response` that cannot be written. */
  fail(cause: unknown): void;
  /** Leaves signals of the process to others, whatever the option `gracefulShutdown` says. */
  ignoreSignals(): void;
  /** As `Server.close`. */
  close(options?: CloseOptions): Promise<void>;
  /**
   * Has a listener told of each state that a session enters and each frame that it writes, for finding out what happens:
   * `id` is the start of the session id, absent for a WebSocket. There is one listener; the last one given counts.
   */
  trace(listener: (id: string | undefined, what: string) => void): void;
}

/** The key of a server's {@link InnerServer}; registered, so that two copies of this module understand each other. */
export const INNER: unique symbol = Symbol.for("sockjs-fetch.inner") as never;

/** A server's inner way in; nothing for a function that is no SockJS server. */
export function innerOf(
  fetch: object & { readonly [INNER]?: InnerServer },
): InnerServer | undefined {
  return fetch[INNER];
}
