import { LinkedConnection, type ConnectionOwner, type Link } from "./linked-connection.ts";
import type { CloseReason } from "../options/errors.ts";
import type { Handler } from "./connection.ts";
import type { OutboundMessage } from "../wire/outbound-message.ts";
import type { CloseInfo, SessionState } from "../session/session.ts";

/** One sub-conversation inside a multiplexed connection (protocol, section 9), which calls its name "topic". */
export class Channel<Context> implements Link {
  /** What the application holds. */
  readonly connection: LinkedConnection<Context>;
  readonly #outer: LinkedConnection<Context>;
  readonly #wireName: string;
  readonly #onClosed: () => void;
  #state: SessionState = "connecting";

  /** `wireName` is the name as the client escapes it; `onClosed` is called once, when either side has closed. */
  constructor(
    outer: LinkedConnection<Context>,
    wireName: string,
    handler: Handler<Context>,
    onClosed: () => void,
  ) {
    this.#outer = outer;
    this.#wireName = wireName;
    this.#onClosed = onClosed;
    this.connection = new LinkedConnection(ownerOfChannels(outer.owner, handler), {
      link: this,
      transport: outer.transport,
      request: outer.lazyRequest,
      remoteAddress: outer.remoteAddress,
      context: outer.context,
    });
  }

  get state(): SessionState {
    return this.#state;
  }

  get bufferedAmount(): number {
    return this.#outer.bufferedAmount;
  }

  open(): void {
    this.#state = "open";
    this.connection.opened();
  }

  send(message: OutboundMessage): void {
    if (this.#state === "open") this.#outer.sendMessage(message.behind(`msg,${this.#wireName},`));
  }

  close(closing: CloseReason): void {
    if (this.#state !== "open") return;
    this.#outer.send(`uns,${this.#wireName}`);
    this.closed({ ...closing, wasClean: true });
  }

  /** The client has unsubscribed, or the connection that carries the channel has closed. */
  closed(info: CloseInfo): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#onClosed();
    this.connection.closed(info);
  }
}

/** A channel lives in its connection's server; what passes through it is counted there already. */
function ownerOfChannels<Context>(
  outer: ConnectionOwner<Context>,
  handler: Handler<Context>,
): ConnectionOwner<Context> {
  return {
    handler,
    maxUnreadAmount: outer.maxUnreadAmount,
    topics: outer.topics,
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
