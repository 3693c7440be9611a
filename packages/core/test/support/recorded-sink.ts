import type { SharedText } from "../../src/wire/outbound-message.ts";
import type { SocketSink } from "../../src/seam/socket.ts";

/** A sink that notes what it is told, and is as ready as the test says. Stands for a response body or for a WebSocket. */
export class RecordedSink implements SocketSink {
  /** Every call that leaves a mark, in order: texts as they are, others as `[name, …]`. */
  readonly journal: unknown[] = [];
  inboundCount = 0;
  bufferedAmount = 0;
  isReady = true;
  isPaused = false;
  leastPongTimeout = 0;
  isLeaving = false;

  ready(): boolean {
    return this.isReady;
  }

  write(text: string): void {
    this.journal.push(text);
  }

  writeShared(shared: SharedText): void {
    this.journal.push(["shared", shared.text]);
  }

  end(code: number, reason: string): void {
    this.journal.push(["end", code, reason]);
  }

  terminate(): void {
    this.journal.push(["terminate"]);
  }

  ping(): void {
    this.journal.push(["ping"]);
  }
}
