import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** Which rooms of `src` a room may import from, besides itself; files beside the rooms may import all. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  http: [],
  socket: ["http"],
  inner: ["http", "socket"],
  foreign: ["http", "socket"],
  mount: ["http", "socket", "inner"],
};

const SRC = fileURLToPath(new URL("../src", import.meta.url));
const IMPORT = /^(?:import|export)\b[^;]*?\bfrom "(\.[^"]+)"/gm;
const FILES = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((path) => path.endsWith(".ts"))
  .map((path) => path.replaceAll("\\", "/"));

test("each folder of `src` is a room", () => {
  expect([...new Set(FILES.map(roomOf))].toSorted()).toEqual(
    [...Object.keys(MAY_IMPORT), "."].toSorted(),
  );
});

test("a room imports from none but those it may know, types included", () => {
  expect(FILES.flatMap(forbiddenImports)).toEqual([]);
});

function roomOf(path: string): string {
  return dirname(path);
}

function forbiddenImports(path: string): string[] {
  const room = roomOf(path);
  const allowed = MAY_IMPORT[room];
  if (allowed === undefined) return [];
  return [...readFileSync(join(SRC, path), "utf8").matchAll(IMPORT)]
    .map(([, target = ""]) => normalize(join(room, target)))
    .filter((target) => roomOf(target) !== room && !allowed.includes(roomOf(target)))
    .map((target) => `${path} imports ${target}`);
}
