/** The start of what Deno 2.9 writes, once in a process, when a request was answered whose signal somebody has looked at. */
const WARNING = "Deno.serve: request.signal aborts on successful responses";

/** Marks a `console.warn` that has been wrapped, by whichever copy of this module. */
const WRAPPED: unique symbol = Symbol.for("sockjs-fetch.deno.warn") as never;

/**
 * Keeps Deno's advice on abort signals from standard error: the core looks at them and knows that they abort after an answer
 * as well. `console.warn` is its own again once that has been kept back. See decisions/0005-deno-abort-signals.md.
 */
export function muteAbortWarning(): void {
  const { warn } = console;
  if (WRAPPED in warn) return;
  const wrapped = (...words: unknown[]): void => {
    const [first] = words;
    if (typeof first !== "string" || !first.startsWith(WARNING)) warn.apply(console, words);
    else if (console.warn === wrapped) console.warn = warn;
  };
  console.warn = Object.assign(wrapped, { [WRAPPED]: true as const });
}
