import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const README = readFile("README.md");

/** Every `ts` and `html` block, with the file that the text before it links to. */
const BLOCKS = Array.from(README.matchAll(/^```(?:ts|html)\n(.*?)^```$/gms), (match) => ({
  code: match[1] ?? "",
  file: lastLink(README.slice(0, match.index)),
}));

test("README shows each example as it is in its file", () => {
  const changed = BLOCKS.filter(({ code, file }) => !excerptsOf(readFile(file)).includes(code));
  expect(changed).toEqual([]);
});

test("README shows every single-file example", () => {
  expect(BLOCKS.map(({ file }) => file)).toEqual([
    "examples/echo/server.ts",
    "examples/echo/index.html",
    "examples/mount/hono.ts",
    "examples/mount/fetch.ts",
    "examples/mount/express.ts",
  ]);
});

test("README links to files that exist", () => {
  const links = Array.from(README.matchAll(/\]\((?!https?:)([^)#]+)\)/g), ([, path]) => path ?? "");
  expect(links.filter((path) => !existsSync(toPath(path)))).toEqual([]);
});

/** What may be shown of a file: the whole, or what stands between `// #region` and `// #endregion`. */
function excerptsOf(text: string): readonly string[] {
  const regions = text.matchAll(/^\/\/ #region.*?\n(.*?)^\/\/ #endregion$/gms);
  return [text, ...Array.from(regions, ([, region]) => region ?? "")];
}

function lastLink(text: string): string {
  return (
    text
      .match(/\]\((examples\/[^)]+)\)/g)
      ?.at(-1)
      ?.slice(2, -1) ?? ""
  );
}

function readFile(path: string): string {
  return readFileSync(toPath(path), "utf8");
}

function toPath(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}
