import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, inject, test } from "vitest";
import { ROOT } from "./command.ts";
import { PACKAGES, type PackedPackage } from "./packed.ts";

describe.each(PACKAGES)("the tarball of $name", ({ name, folder }) => {
  const packed = findPacked(name);
  const files = filesBelow(packed.unpacked);
  const sources = filesBelow(join(ROOT, folder, "src"));

  test("holds the README, the license, the sources, and what they compile to", () => {
    const compiled = sources
      .map((file) => file.replace(/\.ts$/, ""))
      .flatMap((file) => [`${file}.d.ts`, `${file}.d.ts.map`, `${file}.js`, `${file}.js.map`]);
    // A file of dist too many is left from a source that is gone: remove dist and build again.
    expect(files).toEqual(
      [
        "LICENSE",
        "README.md",
        "package.json",
        ...compiled.map((file) => `dist/${file}`),
        ...sources.map((file) => `src/${file}`),
      ].toSorted(),
    );
  });

  test("names no version that only the workspace knows", () => {
    expect(readFileSync(join(packed.unpacked, "package.json"), "utf8")).not.toMatch(
      /workspace:|catalog:/,
    );
  });

  test("tells where it comes from", () => {
    expect(readManifest(packed.unpacked).repository.directory).toBe(folder);
  });

  test("has maps that lead to its sources", () => {
    const lost = files
      .filter((file) => file.endsWith(".map"))
      .filter((file) => {
        const map = readJson(join(packed.unpacked, file)) as { readonly sources: string[] };
        const source = join(packed.unpacked, dirname(file), map.sources[0] ?? "");
        return map.sources.length !== 1 || !existsSync(source);
      });
    expect(lost).toEqual([]);
  });

  test("names no types of others in its declarations: the core's, and on Node those of Node", () => {
    const foreign = namedBy(packed.unpacked, entriesOf(packed.unpacked));
    expect(
      foreign.filter((specifier) => !/^(?:@sockjs-fetch\/core|node:)/.test(specifier)),
    ).toEqual([]);
    expect(name !== "@sockjs-fetch/node" && foreign.some((item) => item.startsWith("node:"))).toBe(
      false,
    );
  });
});

test("every package has the same version", () => {
  const versions = PACKAGES.map(({ name }) => readManifest(findPacked(name).unpacked).version);
  expect(new Set(versions).size).toBe(1);
});

describe.each(PACKAGES.filter(({ name }) => name !== "sockjs-fetch"))(
  "jsr.json of $name",
  ({ name, folder }) => {
    const manifest = readManifest(findPacked(name).unpacked);
    const jsr = readJson(join(ROOT, folder, "jsr.json")) as JsrConfig;

    test("has the name, the version and the entries that package.json has", () => {
      const entries = Object.keys(manifest.exports).filter((entry) => entry !== "./package.json");
      expect([jsr.name, jsr.version, Object.keys(jsr.exports)]).toEqual([
        manifest.name,
        manifest.version,
        entries,
      ]);
    });

    test("asks for the versions that package.json asks for", () => {
      const { dependencies, peerDependencies, devDependencies } = manifest;
      const wanted = { ...devDependencies, ...peerDependencies, ...dependencies };
      const ranges = Object.values(jsr.imports ?? {}).map((target) =>
        /^(?:npm|jsr):((?:@[^/]+\/)?[^@]+)@([^/]+)/.exec(target)?.slice(1, 3),
      );
      expect(ranges).toEqual(
        ranges.map(([dependency = ""] = []) => [dependency, wanted[dependency]]),
      );
    });
  },
);

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly repository: { readonly directory: string };
  readonly exports: Readonly<Record<string, string | { readonly types: string }>>;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly devDependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

interface JsrConfig {
  readonly name: string;
  readonly version: string;
  readonly exports: Readonly<Record<string, string>>;
  readonly imports?: Readonly<Record<string, string>>;
}

function findPacked(name: string): PackedPackage {
  const packed = inject("packages").find((item) => item.name === name);
  if (packed === undefined) throw new Error(`Cannot find the package "${name}": it was not packed`);
  return packed;
}

function filesBelow(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .toSorted();
}

function readManifest(folder: string): Manifest {
  return readJson(join(folder, "package.json")) as Manifest;
}

function readJson(file: string): unknown {
  return JSON.parse(readFileSync(file, "utf8"));
}

/** The declarations of a package's entries. */
function entriesOf(folder: string): readonly string[] {
  return Object.values(readManifest(folder).exports).flatMap((entry) =>
    typeof entry === "string" ? [] : [entry.types],
  );
}

/** What declarations, and those of the package that they name, import from outside of it. */
function namedBy(folder: string, entries: readonly string[]): readonly string[] {
  const seen = new Set<string>();
  const foreign = new Set<string>();
  const waiting = entries.map((entry) => join(folder, entry));
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (seen.has(file)) continue;
    seen.add(file);
    const code = readFileSync(file, "utf8").replace(/\/\*.*?\*\//gs, "");
    for (const [, specifier = ""] of code.matchAll(/(?:\bfrom |\bimport\()"([^"]+)"/g)) {
      if (!specifier.startsWith(".")) foreign.add(specifier);
      else waiting.push(join(dirname(file), specifier.replace(/\.ts$/, ".d.ts")));
    }
  }
  return [...foreign].toSorted();
}
