declare module "vitest" {
  /** What a runtime's project gives its tests. */
  interface ProvidedContext {
    /** Name of the runtime's row. */
    readonly runtime: string;
    /** Why nothing runs on this runtime here; empty when it does. */
    readonly missing: string;
    /** Port of the standard test server. */
    readonly standardPort: number;
    /** Port of the server with the project's own services. */
    readonly probePort: number;
  }
}

export {};
