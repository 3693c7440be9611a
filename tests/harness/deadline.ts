/** Longest wait for any answer or frame: the protocol's public suite gives up after one second. */
export const ANSWER_DEADLINE_MS = 1000;

/** Longest wait for a fact a test cannot ask to come at once: a process start, a timer of the fixture server. */
export const EVENT_DEADLINE_MS = 5000;

/** Waits for `promise`, at most `deadlineMs`; then rejects with a sentence that names what was awaited. */
export async function within<T>(
  promise: Promise<T>,
  deadlineMs: number,
  awaited: string | (() => string),
): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const expired = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      const what = typeof awaited === "string" ? awaited : awaited();
      reject(new Error(`Cannot wait longer: ${deadlineMs} ms have passed without ${what}`));
    }, deadlineMs);
  });
  try {
    return await Promise.race([promise, expired]);
  } finally {
    clearTimeout(timer);
  }
}

/** Repeats `attempt` without a pause until it gives a value other than `undefined`, at most `deadlineMs`. */
export async function eventually<T>(
  attempt: () => Promise<T | undefined>,
  deadlineMs: number,
  awaited: string,
): Promise<T> {
  const start = performance.now();
  while (performance.now() - start < deadlineMs) {
    const value = await attempt();
    if (value !== undefined) return value;
  }
  throw new Error(`Cannot wait longer: ${deadlineMs} ms have passed without ${awaited}`);
}
