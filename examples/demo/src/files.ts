import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const PAGES_FOLDER = new URL("../pages/", import.meta.url);
const ASSETS_FOLDER = new URL("../public/", import.meta.url);

/** A flat name, so that no path leads out of the folder. */
const ASSET_NAME = /^[a-z0-9-]+\.(css|js|svg)$/;

const CONTENT_TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=UTF-8",
  js: "text/javascript; charset=UTF-8",
  svg: "image/svg+xml",
};

/** Where markup wants a file of `pages/parts`, which several pages share. */
const PART = /<!-- part: ([a-z-]+) -->/;

/** Reads the markup of a page with its parts, without the layout around it. */
export async function readPage(path: string): Promise<string> {
  const markup = await readFile(new URL(`${path}.html`, PAGES_FOLDER), "utf8");
  const pieces = markup.split(PART).map(async (piece, index) => {
    const isName = index % 2 === 1; // what the pattern captures stands between what it separates
    return isName ? readPage(`parts/${piece}`) : piece;
  });
  return (await Promise.all(pieces)).join("");
}

/** Answers with a style sheet, script or picture of `public`, or with `undefined` when there is none of that name. */
export async function readAsset(name: string): Promise<Response | undefined> {
  const extension = ASSET_NAME.exec(name)?.[1];
  if (extension === undefined) {
    return undefined;
  }
  const contentType = CONTENT_TYPES[extension] ?? "application/octet-stream";
  return readFile(new URL(name, ASSETS_FOLDER), "utf8").then(
    (text) => fileResponse(text, contentType),
    // The only cause in a flat folder of ours: no such file.
    () => undefined,
  );
}

/** Answers with a script as its installed package delivers it, so that the site needs no other host. */
export async function readPackageScript(specifier: string): Promise<Response> {
  const path = createRequire(import.meta.url).resolve(specifier);
  const text = await readFile(path, "utf8");
  // sockjs-client names a source map that is not served.
  return fileResponse(text.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"), CONTENT_TYPES["js"]!);
}

function fileResponse(text: string, contentType: string): Response {
  return new Response(text, {
    headers: {
      "Content-Type": contentType,
      "Cache-Control": "no-cache",
      "X-Content-Type-Options": "nosniff",
    },
  });
}
