import type { Writable } from "node:stream";
import { HIGH_WATER_MARK, type FrameSource } from "@sockjs-fetch/core/adapter";

const WAITING: unique symbol = Symbol("source that waits for `drain`");

/**
 * Whether a frame may be written to a stream now. When it answers `false`, the source's `drained` is called once it may. The
 * mark is on the stream and set while it is congested only, so that an idle sink has nothing to keep.
 */
export function readyToWrite(
  stream: Writable & { [WAITING]?: DrainedSource | undefined },
  source: DrainedSource,
): boolean {
  // Where the stream's own mark is higher there would be no `drain` to wait for.
  if (stream.writableLength < HIGH_WATER_MARK || !stream.writableNeedDrain) return true;
  if (stream[WAITING] !== source) {
    stream[WAITING] = source;
    stream.once("drain", () => {
      if (stream[WAITING] === source) stream[WAITING] = undefined;
      source.drained();
    });
  }
  return false;
}

type DrainedSource = Pick<FrameSource, "drained">;
