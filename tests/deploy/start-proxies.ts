import type { TestProject } from "vitest/node";
import { missingProxy, PROXIES } from "./proxies.ts";
import { startBackend, startProxy } from "./proxy-process.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** Ports of the two processes behind every proxy. */
    readonly backendPorts: readonly [number, number];
    /** Port of each proxy that runs, by its name. */
    readonly proxyPorts: Readonly<Record<string, number>>;
    /** Why a proxy does not run here, by its name; empty when it does. */
    readonly missingProxies: Readonly<Record<string, string>>;
  }
}

/** Global setup: two processes, and every installed proxy before the same two. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const missing = Object.fromEntries(PROXIES.map((proxy) => [proxy.name, missingProxy(proxy)]));
  const reasons = Object.values(missing).filter((reason) => reason !== "");
  if (reasons.length > 0 && process.env["CI"])
    throw new Error(`Cannot run ${project.name}: ${reasons.join("; ")}`);

  const backends = await Promise.all([startBackend(), startBackend()]);
  const ports = [backends[0].port, backends[1].port] as const;
  const proxies = await Promise.all(
    PROXIES.filter(({ name }) => missing[name] === "").map(async (proxy) => ({
      name: proxy.name,
      ...(await startProxy(proxy, ports)),
    })),
  );
  project.provide("backendPorts", ports);
  project.provide("proxyPorts", Object.fromEntries(proxies.map(({ name, port }) => [name, port])));
  project.provide("missingProxies", missing);
  return async () => {
    await Promise.all(proxies.map((proxy) => proxy.stop()));
    await Promise.all(backends.map((backend) => backend.stop()));
  };
}
