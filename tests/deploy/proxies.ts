import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where a proxy listens, and the two processes behind it. */
export interface Ports {
  readonly proxy: number;
  readonly backends: readonly [number, number];
}

/** A proxy, how its configuration is made from the file in deploy/, and how it runs in the foreground. */
export interface Proxy {
  readonly name: "nginx" | "haproxy" | "caddy";
  readonly program: string;
  /** The files it needs in a folder of its own, by name. */
  files(ports: Ports, folder: string): Readonly<Record<string, string>>;
  args(folder: string): readonly string[];
}

/** Every proxy deploy/ has a configuration for, in Debian's places. */
export const PROXIES: readonly Proxy[] = [
  {
    name: "nginx",
    program: "/usr/sbin/nginx",
    files: (ports, folder) => ({
      "nginx.conf": nginxMain(folder),
      "sockjs.conf": configuration("nginx.conf", ports),
    }),
    args: (folder) => ["-e", "stderr", "-c", join(folder, "nginx.conf")],
  },
  {
    name: "haproxy",
    program: "/usr/sbin/haproxy",
    files: (ports) => ({ "haproxy.cfg": configuration("haproxy.cfg", ports) }),
    args: (folder) => ["-db", "-f", join(folder, "haproxy.cfg")],
  },
  {
    name: "caddy",
    program: "/usr/bin/caddy",
    files: (ports) => ({ Caddyfile: configuration("Caddyfile", ports) }),
    args: (folder) => ["run", "--config", join(folder, "Caddyfile")],
  },
];

/** Why a proxy cannot be started on this machine; empty when it can. */
export function missingProxy({ name, program }: Proxy): string {
  return existsSync(program) ? "" : `${name} is not installed (on Debian: apt-get install ${name})`;
}

/** A file of deploy/, with these ports in place of its own. */
function configuration(name: string, { proxy, backends }: Ports): string {
  const path = fileURLToPath(new URL(`../../deploy/${name}`, import.meta.url));
  const ports: Readonly<Record<string, number>> = {
    8080: proxy,
    8081: backends[0],
    8082: backends[1],
  };
  return readFileSync(path, "utf8").replace(/\b808[012]\b/g, (port) => String(ports[port]));
}

/** What Debian's /etc/nginx/nginx.conf is to a file in conf.d, in one process that writes nowhere else. */
function nginxMain(folder: string): string {
  return `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log stderr warn;
events {}
http {
  client_body_temp_path ${folder}/body;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  gzip on;
  include ${folder}/sockjs.conf;
}
`;
}
