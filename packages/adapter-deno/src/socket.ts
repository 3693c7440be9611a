import {
  HIGH_WATER_MARK,
  type SharedText,
  type SocketListener,
  type SocketSink,
} from "@sockjs-fetch/core/adapter";
import { denoScope } from "./deno.ts";

/** Connects a WebSocket of Deno to its listener. It opens later, once the answer to its request has gone out. */
export function bindWebSocket(socket: WebSocket, listener: SocketListener): void {
  socket.binaryType = "arraybuffer"; // costs less than a Blob, and is refused all the same
  const sink = new DenoSocketSink(socket, listener);
  for (const type of EVENTS) socket.addEventListener(type, sink);
}

const EVENTS = ["open", "message", "close", "error"] as const;

/** How long a congested socket is left alone between two looks, at most: Deno has no event for it. */
const MAX_DRAIN_POLL_MS = 10;

/** The writable end of a WebSocket of Deno, and at once what hears its events: a function for each would cost memory. */
class DenoSocketSink implements SocketSink, EventListenerObject {
  inboundCount = 0;
  readonly #socket: WebSocket;
  readonly #listener: SocketListener;
  #waiting = false;

  constructor(socket: WebSocket, listener: SocketListener) {
    this.#socket = socket;
    this.#listener = listener;
  }

  handleEvent(event: Event): void {
    switch (event.type) {
      case "message":
        this.#message((event as MessageEvent<unknown>).data);
        break;
      case "open":
        this.#listener.start(this);
        break;
      case "close":
        this.#closed(event as CloseEvent);
        break;
      case "error":
        event.preventDefault(); // always followed by `close`
    }
  }

  #message(data: unknown): void {
    this.inboundCount++;
    if (typeof data === "string") this.#listener.message(data);
    else this.#listener.binary();
  }

  /** Deno gives 0 where no close frame came; RFC 6455, section 7.1.5 has 1006 for that. */
  #closed({ code, reason, wasClean }: CloseEvent): void {
    this.#listener.closed(code === 0 ? 1006 : code, reason, wasClean);
  }

  get bufferedAmount(): number {
    return this.#socket.bufferedAmount;
  }

  ready(): boolean {
    if (this.#socket.bufferedAmount < HIGH_WATER_MARK) return true;
    if (!this.#waiting) this.#waitForDrain();
    return false;
  }

  write(text: string): void {
    if (this.#socket.readyState === WebSocket.OPEN) this.#socket.send(text);
  }

  writeShared(shared: SharedText): void {
    this.write(shared.text);
  }

  end(code: number, reason: string): void {
    this.#socket.close(code, reason); // on a server's side Deno takes any code, 1009 included
  }

  /** Deno has no way to cut a WebSocket: it closes, and one whose peer does not answer stays until that goes. */
  terminate(): void {
    this.#socket.close();
  }

  /** Looks at the end of this turn, when Deno has written what the peer takes, and then less and less often. */
  #waitForDrain(): void {
    this.#waiting = true;
    let delayMs = 1;
    const look = (): void => {
      if (this.#socket.readyState !== WebSocket.OPEN) return;
      if (this.#socket.bufferedAmount >= HIGH_WATER_MARK) {
        setTimeout(look, delayMs);
        delayMs = Math.min(2 * delayMs, MAX_DRAIN_POLL_MS);
        return;
      }
      this.#waiting = false;
      this.#listener.drained();
    };
    denoScope().setImmediate(look);
  }
}
