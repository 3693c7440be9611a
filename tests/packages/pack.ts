import { mkdtemp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestProject } from "vitest/node";
import { ROOT, succeed } from "./command.ts";
import { PACKAGES, type PackedPackage } from "./packed.ts";

/** Global setup: packs every package, unpacks it, and installs all of them into an empty project. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(join(tmpdir(), "sockjs-fetch-packages-"));
  const tarballs = await pack(folder);
  const [packages, installed] = await Promise.all([
    Promise.all(PACKAGES.map((item) => unpack(item, tarballs, folder))),
    install(tarballs, folder),
  ]);
  project.provide("packages", packages);
  project.provide("project", installed);
  return () => rm(folder, { recursive: true });
}

/** Tarballs by the name of their package. */
export type Tarballs = ReadonlyMap<string, string>;

/** Packs every package into a folder. */
export async function pack(folder: string): Promise<Tarballs> {
  const manifest: unknown = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8"));
  const { packageManager } = manifest as { readonly packageManager: string };
  const pnpm = ["--yes", packageManager, "--silent", "--recursive", "--filter", "./packages/*"];
  await succeed("npx", [...pnpm, "pack", "--out", join(folder, "%s.tgz")]);
  return new Map(
    PACKAGES.map(({ name }) => [
      name,
      join(folder, `${name.replace("@", "").replace("/", "-")}.tgz`),
    ]),
  );
}

async function unpack(
  { name, folder }: (typeof PACKAGES)[number],
  tarballs: Tarballs,
  target: string,
): Promise<PackedPackage> {
  const tarball = tarballs.get(name) ?? "";
  const unpacked = join(target, folder);
  await mkdir(unpacked, { recursive: true });
  await succeed("tar", ["-xzf", tarball, "-C", unpacked, "--strip-components=1"]);
  return { name, folder, tarball, unpacked };
}

async function install(tarballs: Tarballs, folder: string): Promise<string> {
  const project = join(folder, "project");
  await mkdir(project);
  await writeFile(join(project, "package.json"), '{ "private": true, "type": "module" }\n');
  const quiet = ["--no-audit", "--no-fund", "--ignore-scripts", "--prefer-offline"];
  await succeed("npm", ["install", ...quiet, ...tarballs.values()], project);
  return project;
}
