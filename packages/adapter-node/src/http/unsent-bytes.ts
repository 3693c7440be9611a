import type { Socket } from "node:net";
import { HIGH_WATER_MARK } from "@sockjs-fetch/core/adapter";

/**
 * Bytes written to a socket and not yet taken by the operating system. `writableLength` stands still until the whole of a
 * write is done, and Node has no public name for what is left of it; its own socket time-out looks at the same number of the
 * handle (`lib/net.js`, `_onTimeout`).
 */
export function unsentBytes(socket: Socket): number {
  const { writableLength } = socket;
  if (writableLength < HIGH_WATER_MARK) return writableLength; // nothing large is under way
  const handle: unknown = Reflect.get(socket, "_handle");
  if (!isHandle(handle)) return writableLength;
  const { writeQueueSize } = isHandle(handle._parent) ? handle._parent : handle;
  // `bytesWritten` counts all that was written, the handle's own what it has been given; the rest waits in the stream.
  return Math.max(0, socket.bytesWritten - handle.bytesWritten) + writeQueueSize;
}

interface Handle {
  /** Bytes given to the operating system, or waiting for it. */
  readonly bytesWritten: number;
  /** Bytes waiting for it. */
  readonly writeQueueSize: number;
  /** Below TLS, whose own queue stands still as well, the one of TCP. */
  readonly _parent?: unknown;
}

function isHandle(handle: unknown): handle is Handle {
  return (
    typeof handle === "object" &&
    handle !== null &&
    "writeQueueSize" in handle &&
    typeof handle.writeQueueSize === "number" &&
    "bytesWritten" in handle &&
    typeof handle.bytesWritten === "number"
  );
}
