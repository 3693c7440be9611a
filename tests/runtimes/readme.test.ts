import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { GAPS } from "../harness/gaps.ts";

const ROOT = new URL("../../", import.meta.url);

describe.each([
  {
    readme: "README.md",
    shows: [
      "examples/echo/server.ts",
      "examples/echo/index.html",
      "examples/mount/hono.ts",
      "examples/mount/fetch.ts",
      "examples/mount/express.ts",
      "examples/date/server.ts",
      "examples/stats/server.ts",
      "examples/chat/server.ts",
      "examples/multiplex/server.ts",
    ],
  },
  { readme: "packages/core/README.md", shows: ["examples/echo/no-server.ts"] },
  {
    readme: "packages/adapter-node/README.md",
    shows: ["examples/echo/server.ts", "examples/mount/express.ts"],
  },
  { readme: "packages/adapter-bun/README.md", shows: ["examples/echo/server.ts"] },
  { readme: "packages/adapter-deno/README.md", shows: ["examples/echo/server.ts"] },
  { readme: "packages/sockjs-fetch/README.md", shows: ["examples/echo/server.ts"] },
])("$readme", ({ readme, shows }) => {
  const text = readFileSync(new URL(readme, ROOT), "utf8");
  const blocks = blocksOf(text, readme);

  test("shows these examples", () => {
    expect(blocks.map(({ file }) => file)).toEqual(shows);
  });

  test("shows each example as it is in its file, but for the package it imports", () => {
    const changed = blocks.filter(({ code, file }) => {
      const excerpts = excerptsOf(readFileSync(new URL(file, ROOT), "utf8"));
      return !excerpts.includes(withNodeImport(code));
    });
    expect(changed).toEqual([]);
  });

  test("links to files that exist", () => {
    const links = Array.from(text.matchAll(/\]\((?!https?:)([^)#]+)\)/g), ([, link]) => link ?? "");
    const missing = links.filter((link) => !existsSync(new URL(link, new URL(readme, ROOT))));
    expect(missing).toEqual([]);
  });
});

test.each(["node", "bun", "deno"])(
  "packages/adapter-%s/README.md names every known gap",
  (name) => {
    const text = readFileSync(new URL(`packages/adapter-${name}/README.md`, ROOT), "utf8");
    const named = Array.from(text.matchAll(/\[source\]\(([^)]+)\)/g), ([, link]) => link);
    const links = GAPS.filter(({ runtime }) => runtime.startsWith(name)).map(({ link }) => link);
    expect(new Set(named)).toEqual(new Set(links));
  },
);

/** Every `ts` and `html` block, with the file that the text before it links to, as a path from the root. */
function blocksOf(
  text: string,
  readme: string,
): readonly { readonly code: string; readonly file: string }[] {
  return Array.from(text.matchAll(/^```(?:ts|html)\n(.*?)^```$/gms), (match) => ({
    code: match[1] ?? "",
    file: pathFromRoot(lastLink(text.slice(0, match.index)), readme),
  }));
}

function lastLink(text: string): string {
  const links = text.match(/\]\([./]*examples\/[^)]+\)/g);
  return links?.at(-1)?.slice(2, -1) ?? "";
}

function pathFromRoot(link: string, readme: string): string {
  const target = new URL(link, new URL(readme, ROOT));
  return fileURLToPath(target).slice(fileURLToPath(ROOT).length);
}

/** What may be shown of a file: the whole, or what stands between `// #region` and `// #endregion`. */
function excerptsOf(text: string): readonly string[] {
  const regions = text.matchAll(/^\/\/ #region.*?\n(.*?)^\/\/ #endregion$/gms);
  return [text, ...Array.from(regions, ([, region]) => region ?? "")];
}

/** The packages of the runtimes export the same names: one example stands for all. */
function withNodeImport(code: string): string {
  return code.replace(/"(?:@sockjs-fetch\/(?:bun|deno)|sockjs-fetch)"/, '"@sockjs-fetch/node"');
}
