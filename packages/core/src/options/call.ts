import { isThenable } from "../time/thenable.ts";

/**
 * What a function of the application has answered that has to answer at once. A promise is no answer: `tell` gets a
 * `TypeError` that says what is `wanted` instead, and the promise may reject without ending the process.
 */
export function answeredNow<Answer>(
  answer: Answer,
  wanted: string,
  tell: (mistake: TypeError) => void,
): Answer | undefined {
  if (!isThenable(answer)) return answer;
  ignoreRejection(answer);
  tell(new TypeError(`Expected ${wanted}, not a promise`));
  return undefined;
}

/** Keeps a promise that nobody waits for from ending the process. */
export function ignoreRejection(promise: PromiseLike<unknown>): void {
  Promise.resolve(promise).catch(() => {});
}
