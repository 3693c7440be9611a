import type { ClientOptions, Closed, Outcome, Probe } from "./probe.ts";

/** A place where `sockjs-client` runs: this process, or a page. */
export interface Client {
  /** Connects and waits until the client has opened; rejects when it closed instead. */
  open(url: string, options: ClientOptions, greeting?: string): Promise<OpenClient>;
  /** Connects and tells how it ended, opened or closed. */
  attempt(url: string, options: ClientOptions): Promise<Outcome>;
}

/** One opened client. */
export interface OpenClient {
  /** The name the client itself gives the transport in use. */
  readonly transport: string;
  send(...messages: readonly string[]): Promise<void>;
  receive(count: number): Promise<readonly string[]>;
  heartbeats(count: number): Promise<number>;
  close(code?: number, reason?: string): Promise<void>;
  closed(): Promise<Closed>;
}

/** Gives a probe the shape the tests speak to. */
export function toClient(probe: Probe): Client {
  return {
    attempt: (url, options) => probe.connect(url, options),
    async open(url, options, greeting) {
      const outcome = await probe.connect(url, options, greeting);
      if ("closed" in outcome) {
        throw new Error(`Cannot open ${url}: closed ${JSON.stringify(outcome.closed)}`);
      }
      const { id, transport } = outcome;
      return {
        transport,
        send: (...messages) => probe.send(id, messages),
        receive: (count) => probe.receive(id, count),
        heartbeats: (count) => probe.heartbeats(id, count),
        close: (code, reason) => probe.close(id, code, reason),
        closed: () => probe.closed(id),
      };
    },
  };
}
