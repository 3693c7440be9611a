// What the core must not be able to name. purity.test.ts compiles this file together with the core's sources.
import { readFile } from "node:fs";

export const outsiders: unknown[] = [
  readFile,
  process,
  Buffer,
  global,
  document,
  window,
  Bun,
  Deno,
];
