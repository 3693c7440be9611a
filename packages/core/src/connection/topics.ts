import type { OutboundMessage } from "../wire/outbound-message.ts";

/** Who gets what is published to a topic. */
export interface Subscriber {
  sendMessage(message: OutboundMessage): void;
}

/** Named fan-out: who has subscribed to what. A topic exists while it has subscribers. */
export class Topics<S extends Subscriber> {
  readonly #topics = new Map<string, Set<S>>();

  /** Topics that have a subscriber. */
  get size(): number {
    return this.#topics.size;
  }

  subscribe(topic: string, subscriber: S): void {
    const subscribers = this.#topics.get(topic);
    if (subscribers === undefined) this.#topics.set(topic, new Set([subscriber]));
    else subscribers.add(subscriber);
  }

  unsubscribe(topic: string, subscriber: S): void {
    const subscribers = this.#topics.get(topic);
    if (subscribers?.delete(subscriber) === true && subscribers.size === 0) {
      this.#topics.delete(topic);
    }
  }

  /** Everyone who has subscribed to the topic. */
  subscribers(topic: string): Iterable<S> {
    return this.#topics.get(topic) ?? [];
  }
}
