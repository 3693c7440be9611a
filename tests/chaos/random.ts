/** Random numbers that a seed repeats. Each client has its own, so that its choices hang on nobody's timing. */
export class Random {
  #state: number;

  /** `name` tells the streams of one seed apart. */
  constructor(seed: number, name: string) {
    this.#state = seed;
    for (const character of name) {
      this.#state = Math.imul(this.#state ^ (character.codePointAt(0) ?? 0), 0x5bd1e995);
    }
  }

  /** A number from `from` up to, but not including, `to`. */
  between(from: number, to: number): number {
    return from + this.#next() * (to - from);
  }

  /** A whole number from `from` to `to`. */
  integer(from: number, to: number): number {
    return Math.floor(this.between(from, to + 1));
  }

  /** One of the items. */
  pick<T>(items: readonly T[]): T {
    const item = items[this.integer(0, items.length - 1)];
    if (item === undefined) throw new Error("Cannot pick: there are no items");
    return item;
  }

  /** Mulberry32. */
  #next(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(this.#state ^ (this.#state >>> 15), this.#state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  }
}
