// The entry point for adapters: everything an application needs is in index.ts.
export { createServer, nativeOf, type NATIVE, type NativeServer } from "./server.ts";
export type { Incoming, Reply } from "./http.ts";
export type { SharedText } from "./outbound-message.ts";
export { exitCodeOf, processSignals, type SignalledProcess } from "./process-signals.ts";
export type { Runtime } from "./runtime.ts";
export {
  createServing,
  DEFAULT_PORT,
  type Listening,
  type ServeOptions,
  type Serving,
  type StopSignal,
} from "./serving.ts";
export { HIGH_WATER_MARK, type FrameSource, type Sink } from "./sink.ts";
export { andThen } from "./thenable.ts";
export type { SocketListener, SocketSettings, SocketSink } from "./upgrade.ts";
export { waitAtMost } from "./wait-at-most.ts";
