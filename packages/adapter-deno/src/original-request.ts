/**
 * Whether a request came from Deno's server itself. From a copy, `Deno.upgradeWebSocket` makes a 101 that never becomes a
 * WebSocket, without an error. No public way tells the two apart; seen in Deno 2.9, a request keeps its inner one under a
 * symbol described as "request", an object of a class of the server's for the original and a plain object for a copy.
 * Where there is no such symbol the request passes.
 */
export function isOriginalRequest(request: Request): boolean {
  const symbol = Object.getOwnPropertySymbols(request).find(
    ({ description }) => description === "request",
  );
  if (symbol === undefined) return true;
  const inner: unknown = Reflect.get(request, symbol);
  return (
    typeof inner !== "object" || inner === null || Object.getPrototypeOf(inner) !== Object.prototype
  );
}
