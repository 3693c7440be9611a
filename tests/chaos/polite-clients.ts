import { randomUUID } from "node:crypto";
import { setTimeout as delay } from "node:timers/promises";
import { decodeMessages } from "../harness/conversation.ts";
import { MOST_AT_ONCE, type Deployment, type Generation, type Visit } from "./deployment.ts";
import { DEADLINE_MS, LINKS, type Link } from "./links.ts";
import type { Random } from "./random.ts";

const BYE_FRAME = 'c[3000,"Go away!"]';
const CLOSE_FRAME = 'c[1001,"Server is shutting down"]';

/**
 * One session of a client that does everything right. It sends some messages, waits for their answers and says good-bye, or is
 * told that the process ends. Throws when it is not served, or not told.
 */
export async function visitPolitely(
  deployment: Deployment,
  transport: string,
  random: Random,
): Promise<void> {
  const generation = await deployment.up();
  const link = LINKS[transport]?.(deployment.port);
  if (link === undefined) throw new Error(`Cannot visit by ${transport}`);
  try {
    if (!(await open(link, generation))) return;
    const talk = new Talk(link, deployment.current, random, transport);
    const ended = talk.run();
    deployment.expect(Object.assign(talk, { ended }));
    await ended;
  } finally {
    link.close();
  }
}

/** Whether there is a session now; a process that ends need not open one. */
async function open(link: Link, generation: Generation): Promise<boolean> {
  try {
    const frame = await link.next();
    if (frame === "o") return true;
    if (generation.isEnding && frame.startsWith("end ")) return false;
    throw new Error(`Cannot open a session: the first frame is ${frame}`);
  } catch (error) {
    if (generation.isEnding) return false;
    throw error;
  }
}

class Talk implements Omit<Visit, "ended"> {
  readonly tag: string;
  acknowledged = 0;
  answered = 0;
  endedMs = 0;
  readonly #transport: string;
  readonly #link: Link;
  readonly #generation: Generation;
  readonly #random: Random;
  #hasEnded = false;
  #onAnswer = (): void => {};

  constructor(link: Link, generation: Generation, random: Random, transport: string) {
    this.tag = `${transport}-${randomUUID()}`;
    this.#transport = transport;
    this.#link = link;
    this.#generation = generation;
    this.#random = random;
  }

  async run(): Promise<void> {
    const [end, saidBye] = await Promise.all([this.#read(), this.#write()]);
    if (end === "end 1000" && this.#transport === "websocket-raw" && this.#generation.isEnding)
      return;
    if (end === "end 3000" && this.#transport === "websocket-raw" && saidBye) return;
    if (end === BYE_FRAME && saidBye) return;
    if (end === CLOSE_FRAME && this.#generation.isEnding) return;
    throw new Error(`${this.tag} ended by ${end}`);
  }

  /** Reads to the end, and gives what it was. */
  async #read(): Promise<string> {
    try {
      for (;;) {
        const frame = await this.#link.next();
        if (frame === "h") continue;
        if (!frame.startsWith("a")) return await this.#finish(frame);
        for (const message of decodeMessages(frame)) this.#check(message);
      }
    } finally {
      this.#hasEnded = true;
      this.endedMs = performance.now();
      this.#onAnswer();
    }
  }

  /** After its close frame a WebSocket is closed in good order. */
  async #finish(frame: string): Promise<string> {
    if (this.#transport !== "websocket" || !frame.startsWith("c")) return frame;
    const end = await this.#link.next();
    const isClean = end === "end 1000" || (frame === BYE_FRAME && end === "end 3000");
    return isClean ? frame : `${frame} and ${end}`;
  }

  #check(message: string): void {
    const [tag, index] = message.split(" ", 2);
    if (tag !== this.tag || Number(index) !== this.answered)
      throw new Error(`${this.tag} got ${message.slice(0, 80)} as its answer ${this.answered}`);
    this.answered++;
    this.#onAnswer();
  }

  /** Whether it came to its good-bye. */
  async #write(): Promise<boolean> {
    let sent = 0;
    const sendAll = async (messages: readonly string[]): Promise<boolean> => {
      if (this.#hasEnded) return false;
      try {
        const isAcknowledged = await this.#link.send(messages);
        if (isAcknowledged && !this.#generation.isEnding && messages[0] !== "bye")
          this.acknowledged += messages.length;
        return true;
      } catch (error) {
        if (this.#generation.isEnding) return false; // not acknowledged
        throw error;
      }
    };
    for (let round = this.#random.integer(2, 8); round > 0; round--) {
      const messages = Array.from({ length: this.#random.integer(1, MOST_AT_ONCE) }, () =>
        this.#message(sent++),
      );
      if (!(await sendAll(messages))) return false;
      await this.#answers(sent);
      await delay(this.#random.between(0, 300));
    }
    return sendAll(["bye"]);
  }

  #message(index: number): string {
    const delayMs = this.#random.integer(20, 200);
    const size = this.#random.pick([0, 10, 3000]);
    return `${this.tag} ${index} ${delayMs} ${size}`;
  }

  async #answers(count: number): Promise<void> {
    const untilMs = performance.now() + DEADLINE_MS;
    while (this.answered < count && !this.#hasEnded) {
      if (performance.now() > untilMs) throw new Error(`${this.tag} waits for answer ${count}`);
      await new Promise<void>((resolve) => (this.#onAnswer = resolve));
    }
  }
}
