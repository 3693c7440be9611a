/** A test that cannot pass on a runtime, because of the runtime. It must fail: once it passes, the run fails until the gap is removed. */
export interface Gap {
  /** Name of the runtime's row. */
  readonly runtime: string;
  /** The test's file below tests/conformance/. */
  readonly file: string;
  /** The test's full title, the titles of its groups before it, joined by " > ". */
  readonly test: string;
  /** What the runtime does instead. */
  readonly reason: string;
  /** The upstream issue that will close the gap. */
  readonly link: string;
}

/** Every known gap. */
export const GAPS: readonly Gap[] = [];
