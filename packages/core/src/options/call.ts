import { isThenable } from "../time/thenable.ts";
import { SockJSError } from "./errors.ts";

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

/**
 * Asks a function of the application that has to answer at once.
 *
 * @throws {SockJSError} whose message begins with `failed`, when the function throws or returns a promise.
 */
export function askNow<Answer>(ask: () => Answer, failed: string, wanted: string): Answer {
  const fail = (failure: string, cause: unknown): never => {
    throw new SockJSError("ERR_SOCKJS_CALLBACK", `${failed} ${failure}`, { cause });
  };
  let answer: Answer;
  try {
    answer = ask();
  } catch (cause) {
    return fail("threw", cause);
  }
  answeredNow(answer, wanted, (mistake) => fail("returned a promise", mistake));
  return answer;
}

/** Keeps a promise that nobody waits for from ending the process. */
export function ignoreRejection(promise: PromiseLike<unknown>): void {
  Promise.resolve(promise).catch(() => {});
}
