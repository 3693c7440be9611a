/** A package of the workspace, packed as npm would get it. */
export interface PackedPackage {
  readonly name: string;
  /** Its folder in the repository, such as `packages/core`. */
  readonly folder: string;
  readonly tarball: string;
  /** Where the tarball has been unpacked. */
  readonly unpacked: string;
}

/** Every package, with its folder below packages/. */
export const PACKAGES = [
  { name: "@sockjs-fetch/core", folder: "packages/core" },
  { name: "@sockjs-fetch/node", folder: "packages/adapter-node" },
  { name: "@sockjs-fetch/bun", folder: "packages/adapter-bun" },
  { name: "@sockjs-fetch/deno", folder: "packages/adapter-deno" },
  { name: "sockjs-fetch", folder: "packages/sockjs-fetch" },
] as const;

declare module "vitest" {
  interface ProvidedContext {
    /** Every package, packed. */
    readonly packages: readonly PackedPackage[];
    /** A project in an empty folder, where the tarballs are installed by npm and nothing else. */
    readonly project: string;
  }
}
