import { inject } from "vitest";
import { startFixtureServer, type FixtureServer } from "../harness/fixture-server.ts";
import { findRuntime } from "../harness/runtimes.ts";
import type { Client, OpenClient } from "./client.ts";
import { openLink, type Link } from "./link.ts";
import { startPageSite, type PageSite } from "./page-site.ts";

/** Whether the runtime of this project is there; where it is not, the suites are skipped whole. */
export const IS_INSTALLED: boolean = inject("missing") === "";

/** A server, the link clients reach it by, and a site of another origin. */
export interface Surroundings {
  /** Port of the server itself; clients go through the link. */
  readonly serverPort: number;
  readonly link: Link;
  readonly site: PageSite;
  readonly killServer: () => Promise<void>;
  /** Kills the server and puts another in its place, which knows nothing of the sessions. */
  readonly replaceServer: () => Promise<void>;
  stop(): Promise<void>;
}

/** Starts all of it, the server on the runtime of this project. */
export async function startSurroundings(): Promise<Surroundings> {
  const runtime = findRuntime(inject("runtime"));
  const [link, site] = await Promise.all([openLink(), startPageSite()]);
  const settings = ["--sockjs-url", site.scriptUrl, "--base-url", `${link.url}/echo`];
  let server: FixtureServer | undefined;
  const startServer = async (): Promise<void> => {
    server = await startFixtureServer(runtime, "interop", settings);
    link.forwardTo(server.port);
  };
  const killServer = async (): Promise<void> => {
    const killed = server;
    server = undefined;
    await killed?.stop();
  };
  await startServer();
  return {
    get serverPort() {
      return server?.port ?? 0;
    },
    link,
    site,
    killServer,
    async replaceServer() {
      await killServer();
      await startServer();
    },
    async stop() {
      await Promise.all([link.close(), site.close()]);
      await killServer();
    },
  };
}

/** Where a client runs, and what it is surrounded by. */
export interface Place {
  readonly client: Client;
  readonly surroundings: Surroundings;
}

/** The client's least time to open a transport is raised where time is not what a test is about. */
export const PATIENT = { timeout: 5000 } as const;

/** Opens a client on one transport only. */
export function openOn(
  { client, surroundings }: Place,
  transport: string,
  path: string,
  greeting?: string,
): Promise<OpenClient> {
  const url = surroundings.link.url + path;
  return client.open(url, { ...PATIENT, transports: [transport] }, greeting);
}

/**
 * The different requests whose URL has this tag, sorted; server and session ids are left out, and so are preflights and the
 * iframe page: they depend on where the client runs.
 */
export function requestsOf({ link }: Surroundings, tag: string): readonly string[] {
  const own = link.requests.filter(({ method, url }) => method !== "OPTIONS" && url.includes(tag));
  const names = own.map(
    ({ method, url }) => `${method} ${url.replace(/\?.*/, "").replace(/\/\d{3}\/\w{8}\//, "/")}`,
  );
  return [...new Set(names)].filter((name) => !name.endsWith("/iframe.html")).toSorted();
}
