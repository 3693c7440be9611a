/** What the pages use of `sockjs-client`, which arrives as a global from a script element. */
interface SockJSConnection {
  readonly readyState: 0 | 1 | 2 | 3;
  /** Name of the transport in use, `null` before and after. */
  readonly transport: string | null;
  onopen: (() => void) | null;
  onmessage: ((event: { data: string }) => void) | null;
  onclose: ((event: { code: number; reason: string; wasClean: boolean }) => void) | null;
  // Not documented: see `public/frame-tap.js`.
  _transportMessage?: (frame: string) => void;
  _transport?: SockJSTransport | null;
  send(message: string): void;
  close(code?: number, reason?: string): void;
}

interface SockJSTransport {
  /** Takes a message as a quoted JSON string. */
  send(quoted: string): void;
}

declare const SockJS: {
  new (url: string, reserved?: null, options?: { transports?: string }): SockJSConnection;
};

/** What the page uses of `websocket-multiplex`, likewise a global. */
interface MultiplexChannel {
  onopen?: () => void;
  onmessage?: (event: { data: string }) => void;
  onclose?: () => void;
  send(message: string): void;
  close(): void;
}

declare const WebSocketMultiplex: {
  new (socket: SockJSConnection): {
    /** Subscribes to a channel: at once when the connection is open, else when it opens. */
    channel(name: string): MultiplexChannel;
  };
};
