/** A promise and the functions that settle it. */
export interface Deferred<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(cause: unknown): void;
}

/** Makes a promise that the test settles. */
export function defer<T = void>(): Deferred<T> {
  const functions: Partial<Pick<Deferred<T>, "resolve" | "reject">> = {};
  const promise = new Promise<T>((resolve, reject) =>
    Object.assign(functions, { resolve, reject }),
  );
  return { promise, ...functions } as Deferred<T>; // the executor runs at once
}

/** Lets everything run that waits for no timer. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 50; turn++) await Promise.resolve();
}

/** Whether a promise has settled, or does without waiting for a timer; so has what is no promise. */
export async function isSettled(value: unknown): Promise<boolean> {
  let settled = false;
  const note = (): void => {
    settled = true;
  };
  Promise.resolve(value).then(note, note);
  await settle();
  return settled;
}
