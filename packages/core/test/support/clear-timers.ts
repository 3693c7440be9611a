import { afterAll } from "vitest";

// Files share a process, and servers that a file leaves behind wait for the ends of their sessions. Their timers would fire
// in a later file, and be set anew on its false clock. So each file's timers end with it.
const { setTimeout: setReal, clearTimeout: clearReal } = globalThis;
const timers = new Set<ReturnType<typeof setTimeout>>();

function setNoted(...args: Parameters<typeof setReal>): ReturnType<typeof setTimeout> {
  const timer = setReal(...args);
  timers.add(timer);
  return timer;
}

globalThis.setTimeout = Object.assign(setNoted, setReal);

afterAll(() => {
  globalThis.setTimeout = setReal;
  for (const timer of timers) clearReal(timer);
});
