import type { ReadyState } from "../session/session-owner.ts";
import { LinkedConnection, type ConnectionOwner, type Link } from "./linked-connection.ts";
import type { CloseReason, CloseInfo } from "../wire/close.ts";
import type { Handler } from "./connection.ts";
import type { OutboundMessage } from "../wire/outbound-message.ts";

/** One sub-conversation inside a multiplexed connection (protocol, section 9), which calls its name "topic". */
export class Channel implements Link {
  /** What the application holds. */
  readonly connection: LinkedConnection;
  readonly #outer: LinkedConnection;
  readonly #wireName: string;
  readonly #onClosed: () => void;
  #readyState: ReadyState = 0;

  /** `wireName` is the name as the client escapes it; `onClosed` is called once, when either side has closed. */
  constructor(
    outer: LinkedConnection,
    wireName: string,
    handler: Handler<unknown>,
    onClosed: () => void,
  ) {
    this.#outer = outer;
    this.#wireName = wireName;
    this.#onClosed = onClosed;
    this.connection = new LinkedConnection(ownerOfChannels(outer.owner, handler), {
      link: this,
      transport: outer.transport,
      request: outer.openingRequest,
      remoteAddress: outer.remoteAddress,
      context: outer.context,
    });
  }

  get readyState(): ReadyState {
    return this.#readyState;
  }

  get bufferedAmount(): number {
    return this.#outer.bufferedAmount;
  }

  open(): void {
    this.#readyState = 1;
    this.connection.opened();
  }

  send(message: OutboundMessage): void {
    if (this.#readyState === 1) this.#outer.sendMessage(message.behind(`msg,${this.#wireName},`));
  }

  close(closing: CloseReason): void {
    if (this.#readyState !== 1) return;
    this.#outer.send(`uns,${this.#wireName}`);
    this.closed({ ...closing, wasClean: true });
  }

  /** The browser has unsubscribed, or the connection that carries the channel has closed. */
  closed(info: CloseInfo): void {
    if (this.#readyState === 3) return;
    this.#readyState = 3;
    this.#onClosed();
    this.connection.closed(info, false);
  }
}

/** A channel lives in its connection's server; what passes through it is counted there already. */
function ownerOfChannels(outer: ConnectionOwner, handler: Handler<unknown>): ConnectionOwner {
  return {
    handler,
    maxUnreadAmount: outer.maxUnreadAmount,
    topics: outer.topics,
    turns: outer.turns,
    running: outer.running,
    opened: () => outer.channelOpened(),
    closed: () => outer.channelClosed(),
    channelOpened: () => outer.channelOpened(),
    channelClosed: () => outer.channelClosed(),
    sent() {},
    received() {},
    publish: (topic, message, except) => outer.publish(topic, message, except),
    report: (error) => outer.report(error),
  };
}
