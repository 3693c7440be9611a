import { HIGH_WATER_MARK } from "../seam/sink.ts";

/** Bytes that an operating system may hold of one connection, unseen: what Linux allows by default. */
const MAX_UNSEEN_BYTES = 4_194_304;

/** A browser that takes less is not waited for. 10 kB/s. */
const SLOWEST_BYTES_PER_MS = 10;

/** How long a response of so many bytes that has left the process may still be on its way, in milliseconds; 0 for small ones. */
export function downloadMs(bytes: number): number {
  if (bytes < HIGH_WATER_MARK) return 0;
  return Math.min(bytes, MAX_UNSEEN_BYTES) / SLOWEST_BYTES_PER_MS;
}
