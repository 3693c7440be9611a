/** Named fan-out: who has subscribed to what. A topic exists while it has subscribers. */
export class Topics<Subscriber> {
  readonly #topics = new Map<string, Set<Subscriber>>();

  /** Topics that have a subscriber. */
  get size(): number {
    return this.#topics.size;
  }

  subscribe(topic: string, subscriber: Subscriber): void {
    const subscribers = this.#topics.get(topic);
    if (subscribers === undefined) this.#topics.set(topic, new Set([subscriber]));
    else subscribers.add(subscriber);
  }

  unsubscribe(topic: string, subscriber: Subscriber): void {
    const subscribers = this.#topics.get(topic);
    if (subscribers?.delete(subscriber) === true && subscribers.size === 0) {
      this.#topics.delete(topic);
    }
  }

  /** Everyone who has subscribed to the topic. */
  subscribers(topic: string): Iterable<Subscriber> {
    return this.#topics.get(topic) ?? [];
  }
}
