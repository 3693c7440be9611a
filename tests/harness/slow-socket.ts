import { connect, type Socket } from "node:net";
import type { ClientOptions } from "ws";

/** Options of a WebSocket whose peer takes so many bytes a second from the operating system, and no more. */
export function slowly(bytesPerSecond: number): ClientOptions {
  return {
    createConnection: ((options: { readonly port: number; readonly host: string }) =>
      connectSlowly(options, bytesPerSecond)) as NonNullable<
      // `ws` hands over what `http` takes, of which the types know less.
      ClientOptions["createConnection"]
    >,
  };
}

/** A connection that takes so many bytes a second. */
export function connectSlowly(
  { port, host }: { readonly port: number; readonly host: string },
  bytesPerSecond: number,
): Socket {
  const socket = connect({ port, host });
  socket.on("data", (bytes) => {
    socket.pause();
    setTimeout(() => socket.resume(), (bytes.length / bytesPerSecond) * 1000);
  });
  return socket;
}
