/** What `sockjs-client` offers and the tests use. Its own types are not used: it has none. */
export interface SockJSClient {
  readonly transport: string | null;
  onopen: () => void;
  onmessage: (event: { readonly data: string }) => void;
  onheartbeat: () => void;
  onclose: (event: Closed) => void;
  send(message: string): void;
  close(code?: number, reason?: string): void;
}

export type SockJSConstructor = new (
  url: string,
  protocols: null,
  options: ClientOptions,
) => SockJSClient;

/** The options of the client; `timeout` is the least time in milliseconds a transport gets to open. */
export interface ClientOptions {
  readonly transports?: readonly string[];
  readonly timeout?: number;
}

/** The client's close event, as it reported it. */
export interface Closed {
  readonly code: number;
  readonly reason: string;
  readonly wasClean: boolean;
}

/** How an attempt to connect ended: the transport in use, or the close event of a client that never opened. */
export type Outcome =
  | { readonly id: number; readonly transport: string }
  | { readonly id: number; readonly closed: Closed };

/** Clients by number, so that tests can speak to them from outside of the page they live in. */
export interface Probe {
  /** `greeting`, where there is one, is sent as soon as the client opens, as pages do in `onopen`. */
  connect(url: string, options: ClientOptions, greeting?: string): Promise<Outcome>;
  send(id: number, messages: readonly string[]): Promise<void>;
  /** Waits for `count` messages and takes them; rejects when the client closes before. */
  receive(id: number, count: number): Promise<readonly string[]>;
  /** Waits until the client has seen `count` heartbeats since it was opened. */
  heartbeats(id: number, count: number): Promise<number>;
  close(id: number, code?: number, reason?: string): Promise<void>;
  closed(id: number): Promise<Closed>;
}

/**
 * Makes a probe around the client's constructor. The same function runs in Node and, by its source text, in a page, so it
 * uses nothing from outside of itself. Every wait rejects after `deadlineMs` and tells what was there.
 */
export function createProbe(SockJS: SockJSConstructor, deadlineMs: number): Probe {
  interface Watched {
    readonly client: SockJSClient;
    readonly messages: string[];
    readonly waiting: Set<() => void>;
    opened: string | undefined;
    heartbeats: number;
    closed: Closed | undefined;
  }

  const all: Watched[] = [];

  function watch(client: SockJSClient, greeting: string | undefined): Watched {
    const watched: Watched = {
      client,
      messages: [],
      waiting: new Set(),
      opened: undefined,
      heartbeats: 0,
      closed: undefined,
    };
    const wake = (): void => {
      for (const check of watched.waiting) check();
    };
    client.onopen = () => {
      watched.opened = String(client.transport);
      if (typeof greeting === "string") client.send(greeting);
      wake();
    };
    client.onmessage = (event) => {
      watched.messages.push(event.data);
      wake();
    };
    client.onheartbeat = () => {
      watched.heartbeats += 1;
      wake();
    };
    client.onclose = ({ code, reason, wasClean }) => {
      watched.closed = { code, reason, wasClean };
      wake();
    };
    return watched;
  }

  function at(id: number): Watched {
    const watched = all[id];
    if (!watched) throw new Error(`Cannot find client ${id}`);
    return watched;
  }

  function describe(watched: Watched): string {
    const { opened = "not open", messages, heartbeats, closed } = watched;
    const state = closed ? `closed ${JSON.stringify(closed)}` : opened;
    return `${state}, ${messages.length} messages, ${heartbeats} heartbeats`;
  }

  function until<T>(watched: Watched, what: string, read: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      const settle = (action: () => void): void => {
        clearTimeout(timer);
        watched.waiting.delete(check);
        action();
      };
      const fail = (why: string): void =>
        settle(() => reject(new Error(`Cannot get ${what}: ${why}; ${describe(watched)}`)));
      const check = (): void => {
        const value = read();
        if (value !== undefined) settle(() => resolve(value));
        else if (watched.closed) fail("the client has closed");
      };
      const timer = setTimeout(() => fail(`${deadlineMs} ms have passed`), deadlineMs);
      watched.waiting.add(check);
      check();
    });
  }

  return {
    async connect(url, options, greeting) {
      const watched = watch(new SockJS(url, null, options), greeting);
      const id = all.push(watched) - 1;
      return until(watched, "an open client", () => {
        if (watched.opened !== undefined) return { id, transport: watched.opened };
        return watched.closed && { id, closed: watched.closed };
      });
    },
    async send(id, messages) {
      for (const message of messages) at(id).client.send(message);
    },
    async receive(id, count) {
      const watched = at(id);
      return until(watched, `${count} messages`, () =>
        watched.messages.length >= count ? watched.messages.splice(0, count) : undefined,
      );
    },
    async heartbeats(id, count) {
      const watched = at(id);
      return until(watched, `${count} heartbeats`, () =>
        watched.heartbeats >= count ? watched.heartbeats : undefined,
      );
    },
    async close(id, code, reason) {
      at(id).client.close(code, reason);
    },
    async closed(id) {
      const watched = at(id);
      return until(watched, "a close event", () => watched.closed);
    },
  };
}
