import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

/** A registry for npm that has these packages and no others. */
export interface Registry {
  readonly url: string;
  stop(): Promise<void>;
}

/** Starts a registry that serves packed packages, so that an application can be installed as if they had been published. */
export async function startRegistry(tarballs: readonly string[]): Promise<Registry> {
  const packages = new Map(tarballs.map((path) => [readManifest(path).name, path]));
  const server = createServer(({ url = "" }, response) => {
    const [, name = "", isTarball] = /^\/([^?]+?)(\.tgz)?$/.exec(decodeURIComponent(url)) ?? [];
    const path = packages.get(name);
    if (path === undefined) response.writeHead(404).end();
    else if (isTarball) response.end(readFileSync(path));
    else response.setHeader("Content-Type", "application/json").end(describe(path, base));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo; // it listens on a port, so the address is no pipe's name
  const base = `http://127.0.0.1:${port}/`;
  return {
    url: base,
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

interface Manifest {
  readonly name: string;
  readonly version: string;
}

function readManifest(tarball: string): Manifest {
  const args = ["-xzOf", tarball, "package/package.json"];
  return JSON.parse(spawnSync("tar", args, { encoding: "utf8" }).stdout);
}

/** What npm asks of a package: its versions, here one, and where their tarballs are. */
function describe(path: string, base: string): string {
  const manifest = readManifest(path);
  const { name, version } = manifest;
  const integrity = `sha512-${createHash("sha512").update(readFileSync(path)).digest("base64")}`;
  const dist = { tarball: `${base}${name}.tgz`, integrity };
  return JSON.stringify({
    name,
    "dist-tags": { latest: version },
    versions: { [version]: { ...manifest, dist } },
  });
}
