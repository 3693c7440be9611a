import { readdirSync, readFileSync } from "node:fs";
import { join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

/** Which rooms of `src` each room may import, types included. "root" is the files that lie in no room. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  wire: [],
  time: [],
  seam: ["wire"],
  transports: ["seam", "wire"],
  stats: ["transports", "wire"],
  options: ["transports", "time", "wire"],
  session: ["transports", "seam", "time", "wire"],
  http: ["options", "seam"],
  connection: ["session", "stats", "options", "transports", "seam", "time", "wire"],
  fetch: ["seam", "time", "wire"],
  serve: ["seam", "wire"],
  routes: [
    "connection",
    "http",
    "session",
    "stats",
    "options",
    "transports",
    "seam",
    "time",
    "wire",
  ],
  root: [
    "routes",
    "serve",
    "fetch",
    "connection",
    "http",
    "session",
    "stats",
    "options",
    "transports",
    "seam",
    "time",
    "wire",
  ],
};

const SRC = fileURLToPath(new URL("../../packages/core/src", import.meta.url));
const MAX_LINES = 300;

interface Source {
  /** Path below `src`. */
  readonly path: string;
  readonly text: string;
  /** The files it imports or exports from, as paths below `src`. */
  readonly imports: readonly string[];
}

const SOURCES: readonly Source[] = readdirSync(SRC, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts"))
  .map((file) => {
    const path = relative(SRC, join(SRC, file)).replaceAll("\\", "/");
    const text = readFileSync(join(SRC, file), "utf8");
    const specifiers = text.matchAll(/^(?:import|export|\}) ?[^"';]*from "(\.[^"]+)"/gm);
    const imports = Array.from(specifiers, ([, to = ""]) => posix.join(posix.dirname(path), to));
    return { path, text, imports };
  });

function roomOf(path: string): string {
  const [first = "", second] = path.split("/");
  return second === undefined ? "root" : first;
}

test("every room imports only what the table of rooms allows", () => {
  const forbidden = SOURCES.flatMap(({ path, imports }) =>
    imports
      .filter((to) => roomOf(to) !== roomOf(path) && !ALLOWED[roomOf(path)]?.includes(roomOf(to)))
      .map((to) => `${path} -> ${to}`),
  );

  expect(forbidden).toEqual([]);
});

test("every import line is one that the test reads", () => {
  const known = new Set(SOURCES.map(({ path }) => path));
  const unread = SOURCES.filter(({ text, imports }) => {
    const lines = text.match(/from "\.[^"]+"/g) ?? [];
    return lines.length !== imports.length || imports.some((to) => !known.has(to));
  });

  expect(unread.map(({ path }) => path)).toEqual([]);
});

test("no files import each other in a circle, types included", () => {
  const byPath = new Map(SOURCES.map((source) => [source.path, source]));
  const done = new Set<string>();
  const circles: string[] = [];
  const visit = (path: string, trail: readonly string[]): void => {
    if (trail.includes(path))
      circles.push([...trail.slice(trail.indexOf(path)), path].join(" -> "));
    if (trail.includes(path) || done.has(path)) return;
    for (const to of byPath.get(path)?.imports ?? []) visit(to, [...trail, path]);
    done.add(path);
  };
  for (const { path } of SOURCES) visit(path, []);

  expect(circles).toEqual([]);
});

test("no source file of a package is longer than 300 lines", () => {
  const packages = fileURLToPath(new URL("../../packages", import.meta.url));
  const files = readdirSync(packages, { recursive: true, encoding: "utf8" }).filter(
    (file) => /^[^/\\]+[/\\]src[/\\].*\.ts$/.test(file) && !file.includes("node_modules"),
  );
  const long = files.filter(
    (file) => readFileSync(join(packages, file), "utf8").split("\n").length > MAX_LINES + 1,
  );

  expect(files.length).toBeGreaterThan(SOURCES.length);
  expect(long).toEqual([]);
});
