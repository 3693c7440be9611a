import { openReceiver, type Receiver } from "./receiver.ts";
import type { ReceivingTransport } from "./receiving-transports.ts";

/** Opens a session by `transport`, as the SockJS client would, and reads its open frame. */
export async function converse(
  port: number,
  transport: ReceivingTransport,
  session: string,
  query = "",
): Promise<Conversation> {
  const conversation = new Conversation(port, transport, session, query);
  const frame = await conversation.readFrame();
  if (frame !== "o") throw new Error(`Cannot open ${session}: the first frame is ${frame}`);
  return conversation;
}

/** The receiving half of a session as the SockJS client keeps it: when a response ends, the next request follows at once. */
export class Conversation {
  readonly session: string;
  readonly #port: number;
  readonly #transport: ReceivingTransport;
  readonly #query: string;
  #receiver: Receiver | undefined;

  constructor(port: number, transport: ReceivingTransport, session: string, query: string) {
    this.#port = port;
    this.#transport = transport;
    this.session = session;
    this.#query = query;
  }

  /** The receiver open now, or a new one. */
  async receiver(): Promise<Receiver> {
    this.#receiver ??= await openReceiver(this.#port, this.#transport, this.session, this.#query);
    return this.#receiver;
  }

  /** Reads the next frame of the session. Polls ask anew for each. */
  async readFrame(): Promise<string> {
    const receiver = await this.receiver();
    if (!this.#transport.streaming) this.#receiver = undefined;
    return receiver.readFrame();
  }

  /** Reads message frames until `count` messages have come; a server may put several of one turn into one frame. */
  async readMessages(count: number): Promise<readonly string[]> {
    const messages: string[] = [];
    while (messages.length < count) messages.push(...decodeMessages(await this.readFrame()));
    return messages;
  }

  /** Ends the connection of the receiver, if there is one. */
  close(): void {
    this.#receiver?.connection.close();
  }
}

/** The messages of an `a[...]` frame. Throws on any other frame. */
export function decodeMessages(frame: string): readonly string[] {
  const messages: unknown = frame.startsWith("a") ? JSON.parse(frame.slice(1)) : undefined;
  if (!Array.isArray(messages) || !messages.every((message) => typeof message === "string")) {
    throw new Error(`Cannot find messages in frame ${JSON.stringify(frame.slice(0, 400))}`);
  }
  return messages;
}
