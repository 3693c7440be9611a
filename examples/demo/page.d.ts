/** What the page uses of `sockjs-client`, which arrives as a global from a script element. */
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
