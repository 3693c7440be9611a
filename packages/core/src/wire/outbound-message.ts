import { messageFrame } from "./frame.ts";
import { isPlain, quote } from "./json.ts";
import { encodeUtf8, utf8Length } from "./utf8.ts";

/** A text that goes to many sinks and is turned into bytes once for all of them. */
export class SharedText {
  /** The text as every sink of its transport writes it. */
  readonly text: string;
  /** Left here by the first sink it goes to, for the others of its transport: the text in whatever form the adapter writes. */
  wireForm: unknown;
  #bytes: Uint8Array<ArrayBuffer> | undefined;

  /** Encodes nothing yet: see `bytes`. */
  constructor(text: string) {
    this.text = text;
  }

  /** The text as UTF-8. */
  get bytes(): Uint8Array<ArrayBuffer> {
    return (this.#bytes ??= encodeUtf8(this.text));
  }
}

/** How a transport puts a frame on the wire. */
export type Encode = (frame: string) => string;

/** One message on its way to one connection or to many, escaped and encoded once. */
export class OutboundMessage {
  readonly text: string;
  /** Bytes of the message as UTF-8: what it counts for in `bufferedAmount`. */
  readonly byteLength: number;
  /** Whether more than one connection gets it, so that keeping its encoded form pays. */
  readonly shared: boolean;
  #json: string | undefined;
  #behind: Map<string, OutboundMessage> | undefined;
  #frames: Map<string, SharedFrame> | undefined;

  constructor(text: string, shared: boolean) {
    this.text = text;
    this.shared = shared;
    if (isPlain(text)) {
      this.byteLength = text.length;
      this.#json = `"${text}"`;
    } else {
      this.byteLength = utf8Length(text);
    }
  }

  /** Whether the message, and its JSON, is ASCII. */
  get isAscii(): boolean {
    return this.byteLength === this.text.length;
  }

  /** The message as a JSON string in the protocol's escaping. */
  get json(): string {
    return (this.#json ??= this.isAscii ? JSON.stringify(this.text) : quote(this.text));
  }

  /** The same message with a text before it, which others may get as well. */
  behind(prefix: string): OutboundMessage {
    if (!this.shared) return new OutboundMessage(prefix + this.text, false);
    this.#behind ??= new Map();
    let message = this.#behind.get(prefix);
    if (message === undefined) {
      message = new OutboundMessage(prefix + this.text, true);
      this.#behind.set(prefix, message);
    }
    return message;
  }

  /** The last frame that was made of this message and those before it, by the transport's name. */
  get frames(): Map<string, SharedFrame> {
    return (this.#frames ??= new Map());
  }
}

/** A frame that the next connection may get as well, if it is to get the same messages. */
interface SharedFrame {
  readonly messages: readonly OutboundMessage[];
  readonly text: SharedText;
}

/**
 * Shared messages in one frame, as a transport of that name writes it: made anew only when it is not the frame that was made
 * last of them. All transports of one name must encode alike.
 */
export function sharedFrame(
  messages: readonly OutboundMessage[],
  transportName: string,
  encode: Encode,
): SharedText {
  const frames = messages.at(-1)?.frames;
  const known = frames?.get(transportName);
  if (known !== undefined && isSame(known.messages, messages)) return known.text;
  const text = new SharedText(frameOf(messages, encode));
  frames?.set(transportName, { messages, text });
  return text;
}

/** Messages in one frame, as a transport writes it. */
export function frameOf(messages: readonly OutboundMessage[], encode: Encode): string {
  return encode(messageFrame(messages.map(({ json }) => json)));
}

function isSame(some: readonly OutboundMessage[], others: readonly OutboundMessage[]): boolean {
  return some.length === others.length && some.every((message, index) => message === others[index]);
}
