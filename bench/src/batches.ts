import type { Server } from "./servers.ts";

/**
 * Splits servers into those that are measured at the same time, at most so many: all of them if they fit, else each with its
 * floor, which is measured in every batch of its own, and if not even two fit, one after the other.
 */
export function toBatches(
  servers: readonly Server[],
  atATime: number,
): readonly (readonly Server[])[] {
  if (servers.length <= atATime) return [servers];
  if (atATime < 2) return servers.map((server) => [server]);
  return [...new Set(servers.map(({ floor }) => floor))].flatMap((name) => {
    const floors = servers.filter((server) => server.name === name);
    const others = servers.filter((server) => server.floor === name && server.name !== name);
    const step = atATime - floors.length;
    const count = Math.max(Math.ceil(others.length / step), 1);
    return Array.from({ length: count }, (_, index) => [
      ...floors,
      ...others.slice(index * step, (index + 1) * step),
    ]);
  });
}
