import { beforeEach, inject } from "vitest";
import { PROXIES } from "./proxies.ts";
import { sendPayload } from "../harness/session.ts";
import type {} from "./start-proxies.ts";

/** The proxies' names, for `describe.each`. */
export const PROXY_NAMES: readonly string[] = PROXIES.map(({ name }) => name);

/** Skips the tests of the group, with the reason, where the proxy is not installed. */
export function skipWithout(proxy: string): void {
  beforeEach(({ skip }) => {
    const reason = inject("missingProxies")[proxy] ?? "";
    if (reason !== "") skip(reason);
  });
}

/** The port of a proxy that runs. */
export function portOf(proxy: string): number {
  const port = inject("proxyPorts")[proxy];
  if (port === undefined) throw new Error(`Cannot find the port of ${proxy}: it does not run`);
  return port;
}

/** Which of the two processes, 0 or 1, holds a session: asked directly, only one knows it. */
export async function holderOf(session: string): Promise<number> {
  const answers = await Promise.all(
    inject("backendPorts").map((port) => sendPayload(port, session, "[]")),
  );
  const holders = answers.flatMap(({ status }, index) => (status === 204 ? [index] : []));
  const [holder] = holders;
  if (holder === undefined || holders.length > 1)
    throw new Error(`Cannot name the holder of ${session}: ${holders.length} processes know it`);
  return holder;
}
