import { expect } from "vitest";
import type { Connection } from "../../src/connection/connection.ts";
import type { CloseInfo } from "../../src/wire/close.ts";
import type { ModelSink } from "./model-sink.ts";

/** What the model knows of one connection. */
export interface ConnectionRecord {
  readonly connection: Connection;
  /** Everything the application sent while it could. */
  readonly sent: string[];
  /** Everything that came out of its receivers. */
  readonly delivered: string[];
  /** Messages its hook was given. */
  readonly received: string[];
  openFrames: number;
  closedBy: CloseInfo | undefined;
}

/**
 * What the frames of one session URL must look like, one connection after another: `o` first and once, messages in order and
 * each once, nothing after the close frame, one receiver at a time.
 */
export class ChannelModel {
  readonly framed: boolean;
  /** Every sink it ever had. */
  readonly sinks: ModelSink[] = [];
  current: ConnectionRecord | undefined;
  #openFrame = false;

  constructor(framed: boolean) {
    this.framed = framed;
  }

  opened(record: ConnectionRecord): void {
    this.current = record;
    if (!this.#openFrame) return; // its receiver takes nothing yet
    this.#openFrame = false;
    record.openFrames++;
  }

  frame(sink: ModelSink, frame: string): void {
    const { current } = this;
    switch (frame[0]) {
      case "o":
        if (current === undefined || current.closedBy !== undefined || current.openFrames > 0) {
          expect(this.#openFrame, "two open frames for one connection").toBe(false);
          this.#openFrame = true;
        } else {
          current.openFrames++;
        }
        break;
      case "a":
        this.#deliver(JSON.parse(frame.slice(1)) as string[]);
        break;
      case "h":
        expect(this.framed, "a heartbeat on the raw WebSocket").toBe(true);
        expect(current?.openFrames, "a heartbeat before the open frame").toBe(1);
        break;
      case "c":
        expect(frame).toMatch(/^c\[\d{4},".*"\]$/);
        return;
      default:
        throw new Error(`Not a frame: ${frame}`);
    }
    const others = this.sinks.filter((other) => other !== sink && !other.over && other.serving);
    expect(others, `a second receiver while ${frame.slice(0, 40)} is written`).toEqual([]);
  }

  #deliver(messages: readonly string[]): void {
    const record = this.current;
    if (record === undefined) throw new Error(`Messages without a connection: ${messages.join()}`);
    if (this.framed) expect(record.openFrames, "messages before the open frame").toBe(1);
    for (const message of messages) {
      expect(message, "messages out of order").toBe(record.sent[record.delivered.length]);
      record.delivered.push(message);
    }
  }
}
