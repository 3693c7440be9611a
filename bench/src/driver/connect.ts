import { connect as connectSocket, type Socket } from "node:net";

/** All connections read into the same memory: Node reads and calls back in one go, and nobody keeps the view. */
const READ_BUFFER = Buffer.allocUnsafe(256 * 1024);

export interface ConnectionEvents {
  /** The bytes are valid until this returns. */
  data(bytes: Buffer): void;
  /** The connection has ended and we had not asked for it. */
  lost(): void;
}

/** Opens a TCP connection to a server on this machine. */
export function connect(port: number, events: ConnectionEvents): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connectSocket({
      port,
      host: "127.0.0.1",
      noDelay: true,
      onread: {
        buffer: READ_BUFFER,
        callback: (size, buffer) => {
          events.data((buffer as Buffer).subarray(0, size)); // it is READ_BUFFER
          return true;
        },
      },
    });
    socket.on("error", reject);
    socket.on("close", () => events.lost());
    socket.on("connect", () => resolve(socket));
  });
}

/** Ends a connection at once, as a browser that goes away does, without reporting it as lost. */
export function hangUp(socket: Socket): void {
  socket.removeAllListeners("close");
  socket.destroy();
}
