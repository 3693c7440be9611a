/** Whether a value is a promise, of whatever make. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    typeof value === "object" &&
    value !== null &&
    "then" in value &&
    typeof value.then === "function"
  );
}

/**
 * Goes on with a value at once where it is there, and with what it becomes where it is promised: runtimes answer a request at
 * less cost when they get the answer without a promise.
 */
export function andThen<T, U>(
  value: T | Promise<T>,
  next: (value: T) => U | Promise<U>,
): U | Promise<U> {
  return isThenable(value) ? value.then(next) : next(value);
}
