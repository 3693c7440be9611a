import { once } from "node:events";
import { WebSocket, type ClientOptions } from "ws";
import { ANSWER_DEADLINE_MS, within } from "./deadline.ts";

/** How a WebSocket ended, as its client sees it; 1006 means without a close frame. */
export interface WebSocketEnd {
  readonly code: number;
  readonly reason: string;
}

/** Opens a WebSocket and waits until it is open. */
export async function openWebSocket(
  port: number,
  path: string,
  options: ClientOptions & { readonly protocols?: readonly string[] } = {},
): Promise<WebSocketClient> {
  const { protocols = [], ...clientOptions } = options;
  const socket = new WebSocket(`ws://127.0.0.1:${port}${path}`, [...protocols], clientOptions);
  const client = new WebSocketClient(socket);
  await within(once(socket, "open"), ANSWER_DEADLINE_MS, `the WebSocket ${path} to open`);
  return client;
}

/** A WebSocket whose text messages wait in a queue until a test reads them. */
export class WebSocketClient {
  /** The socket itself, for what a test does to it: `send`, `ping`, `close`, `terminate`. */
  readonly socket: WebSocket;
  readonly #messages: string[] = [];
  readonly #waiting: (() => void)[] = [];
  readonly #ended: Promise<WebSocketEnd>;

  constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on("message", (data, isBinary) => {
      // `ws` gives a Buffer unless told otherwise by its `binaryType`.
      this.#messages.push(isBinary ? "(binary)" : (data as Buffer).toString());
      this.#waiting.shift()?.();
    });
    this.#ended = new Promise((resolve) => {
      socket.on("close", (code, reason) => resolve({ code, reason: reason.toString() }));
    });
    // A refused or broken connection is reported by whoever waits for "open" or for the end.
    socket.on("error", () => {});
  }

  /** The next text message, which on the SockJS websocket is one frame. */
  async readMessage(deadlineMs: number = ANSWER_DEADLINE_MS): Promise<string> {
    if (this.#messages.length === 0) {
      const arrived = new Promise<void>((resolve) => this.#waiting.push(resolve));
      const ended = this.#ended.then((end) => {
        throw new Error(
          `Cannot read a message: the WebSocket ended with ${end.code} ${JSON.stringify(end.reason)}`,
        );
      });
      await within(Promise.race([arrived, ended]), deadlineMs, "a WebSocket message");
    }
    const message = this.#messages.shift();
    if (message === undefined) throw new Error("Cannot read a message: another reader took it");
    return message;
  }

  /** Waits for the end. */
  readEnd(deadlineMs: number = ANSWER_DEADLINE_MS): Promise<WebSocketEnd> {
    return within(this.#ended, deadlineMs, "the end of the WebSocket");
  }

  /** Messages that have come and have not been read. */
  get unread(): readonly string[] {
    return this.#messages;
  }
}
