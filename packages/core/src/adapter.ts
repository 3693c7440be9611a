// The entry point for adapters: everything an application needs is in index.ts.
export { createServer } from "./server.ts";
export {
  innerOf,
  type FramesReply,
  type Incoming,
  type INNER,
  type InnerServer,
  type ReadyReply,
  type Reply,
  type TextReply,
  type UpgradedReply,
} from "./seam/exchange.ts";
export { BodyCollector } from "./wire/body-collector.ts";
export type { SharedText } from "./wire/outbound-message.ts";
export { exitCodeOf, processSignals, type SignalledProcess } from "./serve/process-signals.ts";
export type { ProcessSignals, StopSignal } from "./seam/process-signals.ts";
export { rebuiltRequestError, type Runtime } from "./seam/runtime.ts";
export {
  createServing,
  DEFAULT_PORT,
  type Listening,
  type ServeOptions,
  type Serving,
} from "./serve/serving.ts";
export { HIGH_WATER_MARK, type FrameSource, type ResponseSource, type Sink } from "./seam/sink.ts";
export { andThen } from "./time/thenable.ts";
export type { SocketListener, SocketSettings, SocketSink } from "./seam/socket.ts";
export { waitAtMost } from "./time/wait-at-most.ts";
