import { vi } from "vitest";
import type { Server } from "../../src/server.ts";

/** The requests a SockJS client makes, by `fetch` calls on a server. Made for fake timers. */
export interface Browser {
  /** Any request, its path below the prefix. */
  request(path: string, init?: RequestInit): Promise<Response>;
  /** Fetches one frame by `xhr`. */
  poll(session?: string): Promise<string>;
  /** Opens an `xhr_streaming` response and reads its prelude and its first frame. */
  stream(session?: string): Promise<FrameReader>;
  /** Sends messages by `xhr_send` and gives the status. */
  send(...messages: readonly string[]): Promise<number>;
}

/** Reads a streamed response, chunk by chunk. */
export interface FrameReader {
  readonly response: Response;
  /** The first frame of the response. */
  readonly first: string;
  /** The next chunk, or `undefined` at the end. */
  next(): Promise<string | undefined>;
  /** Goes away, as a browser does that leaves the page. */
  leave(): Promise<void>;
}

/** Lets the turn of the event loop end, and what it scheduled happen. */
export async function endTurn(): Promise<void> {
  await vi.advanceTimersByTimeAsync(1);
}

/** Makes a browser for a server; all its requests are in session `s1` unless they say otherwise. */
export function createBrowser<Context>(
  server: Server<Context>,
  prefix: string = "",
  headers: Readonly<Record<string, string>> = {},
): Browser {
  const request: Browser["request"] = async (path, init = {}) =>
    server.fetch(
      new Request(`http://localhost${prefix}${path}`, {
        ...init,
        headers: { ...headers, ...(init.headers as Record<string, string> | undefined) },
      }),
    );
  return {
    request,
    async poll(session = "s1") {
      const response = await request(`/000/${session}/xhr`, { method: "POST" });
      return response.text();
    },
    async stream(session = "s1") {
      const response = await request(`/000/${session}/xhr_streaming`, { method: "POST" });
      if (response.body === null) throw new Error(`No body: ${response.status}`);
      const reader = response.body.getReader();
      const decoder = new TextDecoder();
      const next = async (): Promise<string | undefined> => {
        const reading = reader.read();
        await endTurn();
        const { done, value } = await reading;
        return done ? undefined : decoder.decode(value);
      };
      await next(); // the prelude
      return { response, next, first: (await next()) ?? "", leave: () => reader.cancel() };
    },
    async send(...messages) {
      const body = JSON.stringify(messages);
      const response = await request("/000/s1/xhr_send", { method: "POST", body });
      return response.status;
    },
  };
}
