import { Agent, request, type IncomingMessage } from "node:http";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { WebSocket } from "ws";
import { within } from "../harness/deadline.ts";
import {
  JSONP_POLLING,
  RECEIVING_TRANSPORTS,
  XHR_POLLING,
  XHR_STREAMING,
  type ReceivingTransport,
} from "../harness/receiving-transports.ts";
import { newSession } from "../harness/session.ts";
import { connectSlowly } from "../harness/slow-socket.ts";
import { WebSocketClient } from "../harness/websocket-client.ts";

/** Longest wait for anything; the process may stand still for 3 s. */
export const DEADLINE_MS = 10_000;

/** A session from the browser's side, whatever its transport. */
export interface Link {
  /** The next frame; `end <code>` when a WebSocket has ended. Rejects when a receiver fails. */
  next(): Promise<string>;
  /** Sends messages. Resolves with whether they were acknowledged; rejects where they were not accepted. */
  send(messages: readonly string[]): Promise<boolean>;
  close(): void;
}

/** Opens a session by the name of a transport. */
export const LINKS: Readonly<Record<string, (port: number) => Link>> = {
  "xhr-polling": (port) => new HttpLink(port, XHR_POLLING),
  "jsonp-polling": (port) => new HttpLink(port, JSONP_POLLING),
  "xhr-streaming": (port) => new HttpLink(port, XHR_STREAMING),
  eventsource: (port) => new HttpLink(port, named("eventsource")),
  websocket: (port) => new SocketLink(port, `${newSession("/chaos")}/websocket`),
  "websocket-raw": (port) => new SocketLink(port, "/chaos/websocket"),
};

/** What ends a frame where responses hold many. */
const FRAME_ENDS: Readonly<Record<string, string>> = {
  "xhr-streaming": "\n",
  eventsource: "\r\n\r\n",
};

/** A session over HTTP, on connections of its own, which it keeps as browsers do. */
export class HttpLink implements Link {
  readonly session: string = newSession("/chaos");
  readonly #port: number;
  readonly #transport: ReceivingTransport;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #deadlineMs: number;
  readonly #frames: AsyncGenerator<string, never>;

  /** `rate`, in bytes a second, is for a slow network; without it the network is as it is. */
  constructor(port: number, transport: ReceivingTransport, rate?: number) {
    this.#port = port;
    this.#deadlineMs = rate === undefined ? DEADLINE_MS : 2 * DEADLINE_MS;
    if (rate !== undefined) {
      const address = { port, host: "127.0.0.1" };
      Object.assign(this.#agent, { createConnection: () => connectSlowly(address, rate) });
    }
    this.#transport = transport;
    this.#frames = transport.streaming ? this.#stream() : this.#poll();
  }

  async next(): Promise<string> {
    const next = this.#frames.next();
    return (await within(next, this.#deadlineMs, `a frame by ${this.#transport.name}`)).value;
  }

  async send(messages: readonly string[]): Promise<boolean> {
    const isJsonp = this.#transport === JSONP_POLLING;
    const answered = this.#ask(
      "POST",
      isJsonp ? "jsonp_send" : "xhr_send",
      JSON.stringify(messages),
    );
    const response = await within(answered, this.#deadlineMs, "the answer to a message");
    await text(response);
    if (response.statusCode !== (isJsonp ? 200 : 204))
      throw new Error(`A message was answered ${response.statusCode}`);
    return true;
  }

  close(): void {
    this.#agent.destroy();
  }

  async *#poll(): AsyncGenerator<string, never> {
    for (;;) yield this.#transport.decode(await text(await this.#receive()));
  }

  async *#stream(): AsyncGenerator<string, never> {
    const end = FRAME_ENDS[this.#transport.name] ?? "";
    for (;;) {
      const response = await this.#receive();
      response.setEncoding("utf8");
      let unread = "";
      for await (const part of response as AsyncIterable<string>) {
        unread += part;
        const wires = unread.replace(PRELUDE, "").split(end);
        unread = wires.pop() ?? "";
        for (const wire of wires) yield this.#transport.decode(`${wire}${end}`);
      }
    }
  }

  async #receive(): Promise<IncomingMessage> {
    const { method, segment, query } = this.#transport;
    const response = await this.#ask(method, query === "" ? segment : `${segment}?${query}`);
    if (response.statusCode === 200) return response;
    await text(response);
    throw new Error(`A receiver was answered ${response.statusCode}`);
  }

  async #ask(method: string, segment: string, body = ""): Promise<IncomingMessage> {
    const asked = request({
      port: this.#port,
      host: "127.0.0.1",
      path: `${this.session}/${segment}`,
      agent: this.#agent,
      method,
      headers: method === "POST" ? { "Content-Length": Buffer.byteLength(body) } : {},
    });
    asked.end(body);
    const [response] = (await once(asked, "response")) as [IncomingMessage]; // what this event has
    return response;
  }
}

/** Of xhr-streaming and of eventsource. */
const PRELUDE = /^(?:h{2048}\n|\r\n)/;

class SocketLink implements Link {
  readonly #client: WebSocketClient;
  readonly #isRaw: boolean;
  #isOpen = false;
  #endCode: number | undefined;

  constructor(port: number, path: string) {
    this.#isRaw = path === "/chaos/websocket";
    const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`);
    socket.on("close", (code) => (this.#endCode = code)); // before the client's own listener
    this.#client = new WebSocketClient(socket);
  }

  async next(): Promise<string> {
    if (this.#isRaw && !this.#isOpen) {
      await within(once(this.#client.socket, "open"), DEADLINE_MS, "a raw WebSocket to open");
      this.#isOpen = true;
      return "o";
    }
    let frame: string;
    try {
      frame = await this.#client.readMessage(DEADLINE_MS);
    } catch (error) {
      if (this.#endCode === undefined) throw error;
      return `end ${this.#endCode}`;
    }
    return this.#isRaw ? `a${JSON.stringify([frame])}` : frame;
  }

  send(messages: readonly string[]): Promise<boolean> {
    if (this.#isRaw) for (const message of messages) this.#client.socket.send(message);
    else this.#client.socket.send(JSON.stringify(messages));
    return Promise.resolve(false);
  }

  close(): void {
    this.#client.socket.terminate();
  }
}

function named(name: string): ReceivingTransport {
  const found = RECEIVING_TRANSPORTS.find((transport) => transport.name === name);
  if (found === undefined) throw new Error(`Cannot find the transport ${name}`);
  return found;
}
